import { COMMON_OPTIONS, type Command } from './command.ts';

/** `pitstop steps [KIND]`: what items can be about, and one to paste. */
export const steps: Command = {
  name: 'steps',
  summary: 'the kinds of items: summary, fields, and an example to paste',
  arguments: '[kind]',
  options: COMMON_OPTIONS.filter(({ flags }) => flags === '--json'),
  async run(outside, [wanted], options) {
    const [{ STEP_KINDS }, { PitstopError }] = await Promise.all([
      import('../steps/registry.ts'),
      import('../errors.ts'),
    ]);
    const kinds = STEP_KINDS.filter(({ kind }) => wanted === undefined || kind === wanted);
    if (kinds.length === 0) {
      throw new PitstopError('usage', `there is no step kind ${JSON.stringify(wanted)}`, {
        candidates: STEP_KINDS.map(({ kind }) => kind),
      });
    }
    const described = kinds.map(({ kind, summary, inputs, example, schema }) => ({
      kind,
      summary,
      inputs: Object.keys(inputs),
      example,
      schema: schema(),
    }));
    if (options['json'] === true) outside.out(`${JSON.stringify({ schemaVersion: 1, steps: described })}\n`);
    else if (wanted !== undefined) outside.out(described.map(({ example }) => `${example}\n`).join(''));
    else outside.out(described.map(({ kind, summary }) => `${kind.padEnd(8)} ${summary}\n`).join(''));
    return 0;
  },
};
