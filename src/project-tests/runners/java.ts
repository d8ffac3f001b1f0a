import { namesOf, sumOf, summing, type Runner } from './runner.ts';

/** Maven's totals; the lines of single classes go on with the time. */
const TOTALS = /^(?:\[\w+\] )?Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+$/gm;

export const surefire = summing('mvn test', {
  summary: TOTALS,
  passed: { all: /Tests run: (\d+)/g },
  failed: /(?:Failures|Errors): (\d+)/g,
  skipped: /Skipped: (\d+)/g,
  // `[ERROR]   ShopTest.total:12 expected: <1> but was: <2>`: the line may move.
  failing: (output) => namesOf(output, /^\[ERROR\] {3}([\w$.]+(?:\([^)]*\))?)(?::\d+|\u00BB| )/gm),
});

/** Gradle counts only where something failed. */
export const gradle = summing('gradle test', {
  summary: /^\d+ tests? completed, \d+ failed(?:, \d+ skipped)?$/gm,
  passed: { all: /(\d+) tests? completed/g },
  failed: /(\d+) failed/g,
  skipped: /(\d+) skipped/g,
  failing: (output) => namesOf(output, /^(\S.* > .+) FAILED$/gm),
});

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
