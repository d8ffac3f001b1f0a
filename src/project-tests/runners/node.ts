import { sumOf, type Runner } from './runner.ts';

/** Node's own runner with its reporter for people; the other one is TAP. */
export const nodeSpec: Runner = {
  name: 'node --test',
  read: (output) => {
    if (!/^ℹ tests \d+$/m.test(output)) return null;
    return {
      passed: sumOf(output, /^ℹ pass (\d+)$/gm),
      failed: sumOf(output, /^ℹ (?:fail|cancelled) (\d+)$/gm),
      skipped: sumOf(output, /^ℹ (?:skipped|todo) (\d+)$/gm),
      // The list at the end: `test at a.test.mjs:4:27`, `✖ name (1.84ms)` below. The line may move.
      failing: [...output.matchAll(/^test at (.+?):\d+:\d+\n✖ (.+) \([\d.]+ms\)/gm)].map(
        ([, file = '', name = '']) => `${file} › ${name}`,
      ),
    };
  },
};
