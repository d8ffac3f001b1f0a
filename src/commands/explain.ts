import { COMMON_OPTIONS, TARGET_OPTIONS, type Command } from './command.ts';

/** `pitstop explain STATEMENT`: a plan, and what is wrong with it. */
export const explain: Command = {
  name: 'explain',
  summary:
    'reads a plan: of a statement on the target, or one saved as JSON; what is wrong in it, worst first',
  arguments: '<statement>',
  options: [
    {
      flags: '--params <json>',
      description: "the statement's values: an array for $1, $2, …, an object for :name",
    },
    { flags: '--no-analyze', description: 'do not execute the statement, estimates only' },
    ...TARGET_OPTIONS,
    ...COMMON_OPTIONS,
  ],
  notes: [
    'STATEMENT is a statement in quotes, a file with one, or - for standard input; or a file with a plan of',
    'EXPLAIN (FORMAT JSON), for which no database is needed. A query that only reads is executed once on development, test',
    'and staging, in a read-only transaction; on production, and where it writes, it is only planned.',
  ].join('\n'),
  async run(outside, args, options) {
    const { explainCommand } = await import('./explain-statement.ts');
    return explainCommand(outside, args, options);
  },
};
