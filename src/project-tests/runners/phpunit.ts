import { namesOf, sumOf, type Runner } from './runner.ts';

/** `OK (24 tests, 30 assertions)`, or `Tests: 24, Assertions: 30, Failures: 1, Skipped: 2.` */
const SUMMARY = /^OK \(\d+ tests?, \d+ assertions?\)$|^Tests: \d+, Assertions: \d+.*\.$/gm;

export const phpunit: Runner = {
  name: 'phpunit',
  read: (output) => {
    const summary = output.match(SUMMARY)?.join('\n');
    if (summary === undefined) return null;
    const failed = sumOf(summary, /(?:Failures|Errors): (\d+)/g);
    const skipped = sumOf(summary, /(?:Skipped|Incomplete): (\d+)/g);
    return {
      passed: sumOf(summary, /(?:OK \(|Tests: )(\d+)/g) - failed - skipped,
      failed,
      skipped,
      failing: namesOf(output, /^\d+\) ([\w\\]+::.+)$/gm),
    };
  },
};
