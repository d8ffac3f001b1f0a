import { COMMON_OPTIONS, DATABASE_OPTION, type Command } from './command.ts';

/** `pitstop status [FILE…]`: how task files stand. */
export const status: Command = {
  name: 'status',
  summary:
    'markers, counts, warnings and requests that wait; with --database-url also where ledger and database differ',
  arguments: '[files...]',
  options: [DATABASE_OPTION, ...COMMON_OPTIONS],
  notes: 'Without --database-url only the files are read, whatever the environment says.',
  async run(outside, args, options) {
    const { statusCommand } = await import('./status-of-files.ts');
    return statusCommand(outside, args, options);
  },
};
