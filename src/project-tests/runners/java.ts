import { namesOf, sumOf, type Runner } from './runner.ts';

/** Maven's totals; the lines of single classes go on with the time. */
const TOTALS = /^(?:\[\w+\] )?Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+$/gm;

export const surefire: Runner = {
  name: 'mvn test',
  read: (output) => {
    const totals = output.match(TOTALS)?.join('\n');
    if (totals === undefined) return null;
    const failed = sumOf(totals, /(?:Failures|Errors): (\d+)/g);
    const skipped = sumOf(totals, /Skipped: (\d+)/g);
    return {
      passed: sumOf(totals, /Tests run: (\d+)/g) - failed - skipped,
      failed,
      skipped,
      // `[ERROR]   ShopTest.total:12 expected: <1> but was: <2>`: the line may move.
      failing: namesOf(output, /^\[ERROR\] {3}([\w$.]+(?:\([^)]*\))?)(?::\d+|\u00BB| )/gm),
    };
  },
};

/** Gradle counts only where something failed. */
export const gradle: Runner = {
  name: 'gradle test',
  read: (output) => {
    const summary = output.match(/^\d+ tests? completed, \d+ failed(?:, \d+ skipped)?$/gm)?.join('\n');
    if (summary === undefined) return null;
    const failed = sumOf(summary, /(\d+) failed/g);
    const skipped = sumOf(summary, /(\d+) skipped/g);
    return {
      passed: sumOf(summary, /(\d+) tests? completed/g) - failed - skipped,
      failed,
      skipped,
      failing: namesOf(output, /^(\S.* > .+) FAILED$/gm),
    };
  },
};

/** JUnit's console launcher. */
export const junitConsole: Runner = {
  name: 'junit',
  read: (output) => {
    if (!/^\[ +\d+ tests successful +\]$/m.test(output)) return null;
    return {
      passed: sumOf(output, /^\[ +(\d+) tests successful +\]$/gm),
      failed: sumOf(output, /^\[ +(\d+) tests (?:failed|aborted) +\]$/gm),
      skipped: sumOf(output, /^\[ +(\d+) tests skipped +\]$/gm),
      failing: namesOf(output, /^ {2}(JUnit \w+:.+)$/gm),
    };
  },
};
