import { COMMON_OPTIONS, type Command } from './command.ts';

/** `pitstop requests`: what waits for a person. */
export const requests: Command = {
  name: 'requests',
  summary: 'the changes that wait for an approval',
  arguments: '',
  options: COMMON_OPTIONS,
  async run(outside, _args, options) {
    const { requestsCommand } = await import('./show-requests.ts');
    return requestsCommand(outside, options);
  },
};
