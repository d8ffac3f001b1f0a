import { namesOf, sumOf, type Runner } from './runner.ts';

export const ctest: Runner = {
  name: 'ctest',
  read: (output) => {
    const summary = output.match(/^\d+% tests passed, \d+ tests failed out of \d+$/gm)?.join('\n');
    if (summary === undefined) return null;
    const failed = sumOf(summary, /(\d+) tests failed/g);
    const [, skippedList = ''] = /^The following tests did not run:\n((?:\t.*\n?)*)/m.exec(output) ?? [];
    const skipped = namesOf(skippedList, /^\t *\d+ - (.+) \((?:Skipped|Disabled)\)/gm).length;
    // Disabled tests are not part of the sum, skipped ones are among the passed.
    const disabled = namesOf(skippedList, /^\t *\d+ - (.+) \(Disabled\)/gm).length;
    return {
      passed: sumOf(summary, /out of (\d+)/g) - failed - (skipped - disabled),
      failed,
      skipped,
      failing: namesOf(output, /^\t *\d+ - (.+?) \((?!Skipped|Disabled)[^)]*\)/gm),
    };
  },
};
