import { namesOf, summing } from './runner.ts';

/** `===== 1 failed, 22 passed, 1 skipped in 0.12s =====`; with `-q` without the lines. */
const SUMMARY =
  /^=* ?(?:\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?|rerun|subtests passed)(?:, )?)+ in [\d.]+s(?: \([\d:]+\))? ?=*$/gm;

export const pytest = summing('pytest', {
  summary: SUMMARY,
  passed: /(\d+) (?:passed|xpassed)/g,
  failed: /(\d+) (?:failed|errors?)\b/g,
  skipped: /(\d+) (?:skipped|xfailed)/g,
  failing: (output) => namesOf(output, /^(?:FAILED|ERROR) (.+?)(?: - .*)?$/gm),
});

/** `python -m unittest`, Django's tests as well: `Ran 4 tests in 0.004s`, then `FAILED (failures=1, skipped=1)` or `OK`. */
export const unittest = summing('unittest', {
  summary: /^Ran \d+ tests? in [\d.]+s\n\n(?:OK|FAILED|NO TESTS RAN).*$/gm,
  passed: { all: /Ran (\d+)/g },
  failed: /(?:failures|errors|unexpected successes)=(\d+)/g,
  skipped: /(?:skipped|expected failures)=(\d+)/g,
  failing: (output) =>
    [...output.matchAll(/^(?:FAIL|ERROR): (\w+) \((\S+?)\)/gm)].map(([, name = '', path = '']) =>
      path.endsWith(`.${name}`) ? path : `${path}.${name}`,
    ),
});
