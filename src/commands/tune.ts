import { COMMON_OPTIONS, DATABASE_OPTION, HARDWARE_OPTIONS, type Command } from './command.ts';

/** `pitstop tune`: a server's configuration from its machine, started and measured before anybody has it. */
export const tune: Command = {
  name: 'tune',
  summary:
    'server configuration from the hardware profile: each setting with its reason, started and measured on servers of our own',
  arguments: '',
  options: [
    ...HARDWARE_OPTIONS,
    {
      flags: '--setting <name>',
      description: 'only this setting, and what has to move with it; may be given several times',
      repeatable: true,
    },
    {
      flags: '--statements <what>',
      description:
        'measure with these, on a copy of what they read: a file of SQL, or "pg_stat_statements top 5"',
    },
    { flags: '--no-measure', description: 'only start a server with it' },
    { flags: '--budget <seconds>', description: 'time for measuring (default: 60)' },
    {
      flags: '--format <name>',
      description: 'what is written (default: conf)',
      choices: [
        'conf',
        'alter-system',
        'docker',
        'compose',
        'cloudnativepg',
        'rds',
        'terraform',
        'typescript',
      ],
    },
    { flags: '--output <file>', description: 'write it there, and beside it the file that takes it back' },
    { flags: '--force', description: 'write over files that are there already' },
    DATABASE_OPTION,
    ...COMMON_OPTIONS,
  ],
  notes: [
    'Without a database the configuration is for a fresh PostgreSQL 18. The target is only read, and never configured. Two',
    'servers of our own, configured as it is now and as proposed, do the same work in turns; a setting that moves no counter',
    'says "by rule, not measured". Without --statements that work is a built-in mix on made-up data. --statements copies the',
    'rows that they read to this machine for the length of the run.',
  ].join('\n'),
  async run(outside, _args, options) {
    const { tuneCommand } = await import('./tune-server.ts');
    return tuneCommand(outside, options);
  },
};
