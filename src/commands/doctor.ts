import { COMMON_OPTIONS, TARGET_OPTIONS, type Command } from './command.ts';

/** `pitstop doctor`: what works here, which protections are in force, and what to do about the rest. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'what works here, which protections are in force, and how to get what is missing; only reads',
  arguments: '',
  options: [...COMMON_OPTIONS.filter(({ flags }) => !flags.startsWith('--quiet')), ...TARGET_OPTIONS],
  async run(outside, _args, options) {
    const { doctorCommand } = await import('./run-doctor.ts');
    return doctorCommand(outside, options);
  },
};
