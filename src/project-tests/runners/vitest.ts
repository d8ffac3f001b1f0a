import { namesOf, sumOf, type Runner } from './runner.ts';

/** `      Tests  1 failed | 22 passed | 1 skipped | 1 todo (25)`, `Tests  no tests`. */
const SUMMARY = /^ *Tests {2}(?:.* \(\d+\)|no tests)$/gm;

export const vitest: Runner = {
  name: 'vitest',
  read: (output) => {
    const summary = output.match(SUMMARY)?.join('\n');
    if (summary === undefined) return null;
    return {
      passed: sumOf(summary, /(\d+) passed/g),
      failed: sumOf(summary, /(\d+) failed/g),
      skipped: sumOf(summary, /(\d+) (?:skipped|todo)/g),
      // ` FAIL  test/a.test.ts > suite > name`; a file that does not load: ` FAIL  test/a.test.ts [ test/a.test.ts ]`.
      failing: namesOf(output, /^ ?FAIL +(\S.*?)(?: \[ .* \])?$/gm),
    };
  },
};
