import { COMMON_OPTIONS, type Command } from './command.ts';

/** `pitstop demo`: everything once, on a server and in a folder of its own. */
export const demo: Command = {
  name: 'demo',
  summary: 'start PostgreSQL 18 with a shop full of planted problems and work through its task file',
  arguments: '',
  options: [
    {
      flags: '--directory <folder>',
      description: 'work there and keep the result (default: a temporary folder that is removed)',
    },
    ...COMMON_OPTIONS.filter(({ flags }) => !flags.startsWith('--config')),
  ],
  async run(outside, _args, options) {
    const { runDemo } = await import('./run-demo.ts');
    return runDemo(outside, options);
  },
};
