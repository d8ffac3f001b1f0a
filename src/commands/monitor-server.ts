import { resolve } from 'node:path';
import { EXIT, PitstopError } from '../errors.ts';
import { CHECKS } from '../monitoring/checks/index.ts';
import type { Alert, Round } from '../monitoring/round.ts';
import { monitorSettings, type MonitorSettings } from '../monitoring/settings.ts';
import type { Target } from '../pg/target.ts';
import { roundLines } from '../report/monitor.ts';
import { printable } from '../report/printable.ts';
import { redact } from '../report/redact.ts';
import { historyFile, historyPath } from '../watch/history-file.ts';
import { lookOnce, type WatchPlace } from '../watch/watch.ts';
import type { OptionValues, Outside } from './command.ts';
import { roundDocument } from './monitor-json.ts';
import { monitorOn } from './monitor-on.ts';
import { chosenChecks, readMonitorOptions, type MonitorOptions } from './monitor-options.ts';
import { openRepository, requireTarget, targetOf, type Repository } from './project.ts';

/** Everything behind `pitstop monitor`, loaded only when it runs. */
export async function monitorCommand(outside: Outside, options: OptionValues): Promise<number> {
  const how = readMonitorOptions(options, outside.screen !== null);
  const repository = await openRepository(outside, options);
  const settings = settingsOf(repository);
  const checks = chosenChecks(CHECKS, settings.checks, options);
  const target = requireTarget(targetOf(repository, options));
  const remarks: string[] = [];
  const isQuiet = options['quiet'] === true;
  const place: WatchPlace = {
    target,
    checks,
    settings,
    history: historyOf(repository, target, settings, how, outside),
    process: outside.newId(),
    clock: outside.clock,
    now: outside.now,
    signal: outside.signal,
    remark(message) {
      if (remarks.includes(message)) return;
      remarks.push(message);
      if (!isQuiet && (how.once || outside.screen === null)) outside.err(`${printable(redact(message))}\n`);
    },
  };
  const json = options['json'] === true;
  if (!how.once) return monitorOn({ outside, place, how, json, isQuiet, remarks });
  const look = await lookOnce(place);
  outside.out(
    json
      ? `${JSON.stringify(redact(roundDocument(look, remarks)))}\n`
      : roundLines(look.round, outside.color)
          .map((line) => `${line}\n`)
          .join(''),
  );
  return exitCodeOf(look.round, how);
}

function settingsOf({ config }: Repository): MonitorSettings {
  const read = monitorSettings(CHECKS, config.monitor);
  if (read.ok) return read.settings;
  throw new PitstopError('config-invalid', read.problems.map(({ message }) => message).join('; '), {
    hint: 'docs/monitoring.md lists the checks with their marks.',
    candidates: read.problems.flatMap(({ candidates }) => candidates),
  });
}

function historyOf(
  { root }: Repository,
  target: Target,
  settings: MonitorSettings,
  { history }: MonitorOptions,
  { cwd }: Outside,
) {
  if (history === false) return null;
  const path = history === null ? historyPath(root, target) : resolve(cwd, history);
  return historyFile(root, path, settings.checks);
}

/** What cannot be read is no reason to fail, unless nothing can or somebody wants to know. */
function exitCodeOf({ checks, alerts }: Round, { failOn, strict }: MonitorOptions): number {
  const asked = checks.filter(({ state }) => state !== 'not-applicable');
  const unread = asked.filter(({ state }) => state !== 'read');
  if (unread.length > 0 && (strict || unread.length === asked.length)) return EXIT.surroundings;
  const isUp = alerts.some(({ state, level }) => state !== 'pending' && FAILS[failOn](level));
  return isUp ? EXIT.blocked : EXIT.ok;
}

const FAILS: Readonly<Record<MonitorOptions['failOn'], (level: Alert['level']) => boolean>> = {
  warning: () => true,
  critical: (level) => level === 'critical',
  nothing: () => false,
};
