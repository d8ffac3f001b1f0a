import { AREAS } from '../monitoring/areas.ts';
import { COMMON_OPTIONS, DATABASE_OPTION, type Command } from './command.ts';

/** `pitstop monitor`: what the server's statistics say, once or again and again. */
export const monitor: Command = {
  name: 'monitor',
  summary: 'looks at the server: metrics, alerts and forecasts, once or continuously; only reads',
  arguments: '',
  options: [
    { flags: '--once', description: 'look once and exit (default without a terminal)' },
    {
      flags: '--interval <duration>',
      description: 'look so often: 30s, 5m, 1h (default at a terminal: 10s)',
    },
    {
      flags: '--prometheus [address]',
      description: 'serve metrics for Prometheus at /metrics (default: 127.0.0.1:9718)',
    },
    {
      flags: '--area <name>',
      description: `only checks of this area: ${AREAS.join(', ')}`,
      repeatable: true,
    },
    { flags: '--check <name>', description: 'only this check', repeatable: true },
    {
      flags: '--fail-on <level>',
      description: 'exit with 3 from this level of alert on (default: warning)',
      choices: ['warning', 'critical', 'nothing'],
    },
    { flags: '--strict', description: 'exit with 5 where a check cannot see what it looks at' },
    { flags: '--history <file>', description: 'where rounds are kept (default: .pitstop/monitor/…)' },
    { flags: '--no-history', description: 'keep nothing: no rates and forecasts with --once' },
    DATABASE_OPTION,
    ...COMMON_OPTIONS,
  ],
  notes: [
    'Exit codes: 0 no alert is up · 3 an alert is up, see --fail-on · 2 wrong usage or configuration · 5 no connection or',
    '            permission; with --strict also where a check is not visible · 130/143 ended by Ctrl-C or a signal',
    'A role with pg_monitor sees nearly everything. docs/monitoring.md has the checks, their marks, and how alerts are held back.',
  ].join('\n'),
  async run(outside, _args, options) {
    const { monitorCommand } = await import('./monitor-server.ts');
    return monitorCommand(outside, options);
  },
};
