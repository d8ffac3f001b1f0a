import { COMMON_OPTIONS, type Command } from './command.ts';

/** `pitstop reject ID`: a person's no. */
export const reject: Command = {
  name: 'reject',
  summary: 'reject a request; nobody is asked about it again until the change is another one',
  arguments: '<id>',
  options: [
    { flags: '--reason <text>', description: 'why, for the task file and the log' },
    ...COMMON_OPTIONS,
  ],
  async run(outside, [id], options) {
    const { rejectCommand } = await import('./show-requests.ts');
    return rejectCommand(outside, id ?? '', options);
  },
};
