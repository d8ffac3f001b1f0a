import { COMMON_OPTIONS, LAB_OPTION, TARGET_OPTIONS, type Command } from './command.ts';
import { eventLine } from './event-line.ts';

/** `pitstop run [FILE…]`: works through the pending items. */
export const run: Command = {
  name: 'run',
  summary: 'work through the pending items of a task file: find, prove, apply, record',
  arguments: '[files...]',
  options: [
    { flags: '--item <id>', description: 'only this item; may be given several times', repeatable: true },
    { flags: '--dry-run', description: 'say everything, write and change nothing' },
    { flags: '--redo', description: 'work on items again that are done or blocked' },
    {
      flags: '--take-over <id>',
      description: 'also work on this item that is marked [~] by somebody else; may be given several times',
      repeatable: true,
    },
    {
      flags: '--commit',
      description: 'make one commit for each item, on a branch of its own (pitstop/<task file>)',
    },
    {
      flags: '--push',
      description: 'with --commit: push that branch to origin, once a person has approved it; never forced',
    },
    { flags: '--no-apply', description: 'prove and write migrations, apply nothing' },
    {
      flags: '--embedded',
      description: 'use a PostgreSQL 18 that pitstop starts and removes again as the target',
    },
    {
      flags: '--seed <file>',
      description: 'SQL to fill the embedded server with; may be given several times',
      repeatable: true,
    },
    ...TARGET_OPTIONS,
    LAB_OPTION,
    ...COMMON_OPTIONS,
  ],
  notes: [
    'Exit codes: 0 everything selected is complete · 2 wrong input · 3 an item is blocked · 4 an approval is awaited',
    '            5 no connection, permission or lab · 1 a fault of pitstop · 130/143 interrupted, resumable',
  ].join('\n'),
  async run(outside, args, options) {
    const { runCommand } = await import('./run-task-files.ts');
    return runCommand(outside, args, options);
  },
  tellError(outside, error, exitCode) {
    const event = { type: 'run-finished', exitCode, items: [], error } as const;
    outside.out(eventLine(event, { runId: 'none', seq: 1, ts: outside.now() }));
  },
};
