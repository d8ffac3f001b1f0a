import { COMMON_OPTIONS, TARGET_OPTIONS, type Command } from './command.ts';

/** `pitstop apply NAME…`: migrations by name, through the gate. */
export const apply: Command = {
  name: 'apply',
  summary: 'apply migrations by name, through the same gate as a run',
  arguments: '<names...>',
  options: [...TARGET_OPTIONS, ...COMMON_OPTIONS],
  notes:
    'Exit codes: 0 applied · 4 an approval is awaited · 3 refused or failed · 2 wrong input · 5 the surroundings',
  async run(outside, args, options) {
    const { namedMigrationsCommand } = await import('./named-migrations.ts');
    return namedMigrationsCommand(outside, args, options, 'apply');
  },
};
