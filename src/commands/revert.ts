import { COMMON_OPTIONS, TARGET_OPTIONS, type Command } from './command.ts';

/** `pitstop revert NAME…`: takes migrations back, through the gate. */
export const revert: Command = {
  name: 'revert',
  summary: 'take applied migrations back, the last named first, through the same gate',
  arguments: '<names...>',
  options: [...TARGET_OPTIONS, ...COMMON_OPTIONS],
  notes:
    'What pitstop itself has built and nobody has replaced is removed without asking, except on production.',
  async run(outside, args, options) {
    const { namedMigrationsCommand } = await import('./named-migrations.ts');
    return namedMigrationsCommand(outside, args, options, 'revert');
  },
};
