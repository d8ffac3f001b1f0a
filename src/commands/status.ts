import { COMMON_OPTIONS, type Command } from './command.ts';

/** `pitstop status [FILE…]`: how task files stand. */
export const status: Command = {
  name: 'status',
  summary: 'markers, counts, warnings and requests that wait; reads only the files',
  arguments: '[files...]',
  options: COMMON_OPTIONS,
  async run(outside, args, options) {
    const [{ openProject }, { readFileStatus, readWaitingRequests }, { loadParser }, { statusText }] =
      await Promise.all([
        import('./project.ts'),
        import('../pipeline/status.ts'),
        import('../sql/parse.ts'),
        import('./status-text.ts'),
      ]);
    const { root, config, paths } = await openProject(outside, args, options);
    await loadParser();
    const files = await Promise.all(paths.map((path) => readFileStatus(root, config, path)));
    const requests = await readWaitingRequests(root, files);
    if (options['json'] === true) outside.out(`${JSON.stringify({ schemaVersion: 1, files, requests })}\n`);
    else outside.out(statusText(files, requests, outside.color));
    return 0;
  },
};
