import { COMMON_OPTIONS, type Command } from './command.ts';

/** `pitstop show ID`: everything that an approver has to know of a request. */
export const show: Command = {
  name: 'show',
  summary: 'a request: its statements, what they do, where, and what is affected',
  arguments: '<id>',
  options: COMMON_OPTIONS,
  async run(outside, [id], options) {
    const { showCommand } = await import('./show-requests.ts');
    return showCommand(outside, id ?? '', options);
  },
};
