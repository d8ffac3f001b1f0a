import { namesOf, sumOf, type Runner } from './runner.ts';

/** `===== 1 failed, 22 passed, 1 skipped in 0.12s =====`; with `-q` without the lines. */
const SUMMARY =
  /^=* ?(?:\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?|rerun|subtests passed)(?:, )?)+ in [\d.]+s(?: \([\d:]+\))? ?=*$/gm;

export const pytest: Runner = {
  name: 'pytest',
  read: (output) => {
    const summary = output.match(SUMMARY)?.join('\n');
    if (summary === undefined) return null;
    return {
      passed: sumOf(summary, /(\d+) (?:passed|xpassed)/g),
      failed: sumOf(summary, /(\d+) (?:failed|errors?)\b/g),
      skipped: sumOf(summary, /(\d+) (?:skipped|xfailed)/g),
      failing: namesOf(output, /^(?:FAILED|ERROR) (.+?)(?: - .*)?$/gm),
    };
  },
};

/** `python -m unittest`, Django's tests as well: `Ran 4 tests in 0.004s`, then `FAILED (failures=1, skipped=1)` or `OK`. */
export const unittest: Runner = {
  name: 'unittest',
  read: (output) => {
    const summary = output.match(/^Ran \d+ tests? in [\d.]+s\n\n(?:OK|FAILED|NO TESTS RAN).*$/gm)?.join('\n');
    if (summary === undefined) return null;
    const failed = sumOf(summary, /(?:failures|errors|unexpected successes)=(\d+)/g);
    const skipped = sumOf(summary, /(?:skipped|expected failures)=(\d+)/g);
    return {
      passed: sumOf(summary, /Ran (\d+)/g) - failed - skipped,
      failed,
      skipped,
      failing: [...output.matchAll(/^(?:FAIL|ERROR): (\w+) \((\S+?)\)/gm)].map(([, name = '', path = '']) =>
        path.endsWith(`.${name}`) ? path : `${path}.${name}`,
      ),
    };
  },
};
