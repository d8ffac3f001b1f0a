import { namesOf, summing } from './runner.ts';

/** `      Tests  1 failed | 22 passed | 1 skipped | 1 todo (25)`, `Tests  no tests`. */
const SUMMARY = /^ *Tests {2}(?:.* \(\d+\)|no tests)$/gm;

export const vitest = summing('vitest', {
  summary: SUMMARY,
  passed: /(\d+) passed/g,
  failed: /(\d+) failed/g,
  skipped: /(\d+) (?:skipped|todo)/g,
  // ` FAIL  test/a.test.ts > suite > name`; a file that does not load: ` FAIL  test/a.test.ts [ test/a.test.ts ]`.
  failing: (output) => namesOf(output, /^ ?FAIL +(\S.*?)(?: \[ .* \])?$/gm),
});
