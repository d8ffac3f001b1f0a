import { namesOf, summing } from './runner.ts';

/** `OK (24 tests, 30 assertions)`, or `Tests: 24, Assertions: 30, Failures: 1, Skipped: 2.` */
const SUMMARY = /^OK \(\d+ tests?, \d+ assertions?\)$|^Tests: \d+, Assertions: \d+.*\.$/gm;

export const phpunit = summing('phpunit', {
  summary: SUMMARY,
  passed: { all: /(?:OK \(|Tests: )(\d+)/g },
  failed: /(?:Failures|Errors): (\d+)/g,
  skipped: /(?:Skipped|Incomplete): (\d+)/g,
  failing: (output) => namesOf(output, /^\d+\) ([\w\\]+::.+)$/gm),
});
