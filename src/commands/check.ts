import { COMMON_OPTIONS, TARGET_OPTIONS, type Command } from './command.ts';

/** `pitstop check FILE.sql`: what the gate and the linter say of a text of SQL. */
export const check: Command = {
  name: 'check',
  summary: 'judges and lints a file of SQL: verdict, class and lock of each statement; runs nothing',
  arguments: '<file>',
  options: [...TARGET_OPTIONS, ...COMMON_OPTIONS],
  notes: [
    'FILE may be - for standard input. The exit code is 0 where everything is allowed, 4 where a person has to approve,',
    '2 where nobody can. With --database-url the catalog is read, too; no other database is asked.',
  ].join('\n'),
  async run(outside, args, options) {
    const { checkCommand } = await import('./check-file.ts');
    return checkCommand(outside, args, options);
  },
};
