import { COMMON_OPTIONS, TARGET_OPTIONS, type Command } from './command.ts';

/** `pitstop plan [FILE…]`: what a run would do. */
export const plan: Command = {
  name: 'plan',
  summary: 'what each item would do and why; reads only, with a database also its catalog and estimates',
  arguments: '[files...]',
  options: [
    { flags: '--item <id>', description: 'only this item; may be given several times', repeatable: true },
    ...TARGET_OPTIONS,
    ...COMMON_OPTIONS,
  ],
  async run(outside, args, options) {
    const { planCommand } = await import('./plan-task-files.ts');
    return planCommand(outside, args, options);
  },
};
