import type { Counts } from '../report.ts';
import { jsonObjects, numberOf, recordsOf, summing, textOf, type Runner } from './runner.ts';

/** `Tests:       1 failed, 1 skipped, 1 todo, 22 passed, 25 total`. */
const SUMMARY = /^Tests: +(?:\d+ \w+, )*\d+ total$/gm;

export const jest = summing('jest', {
  summary: SUMMARY,
  passed: /(\d+) passed/g,
  failed: /(\d+) failed/g,
  skipped: /(\d+) (?:skipped|todo|pending)/g,
  failing: failingOf,
});

/** Below `FAIL src/a.test.js` there is `  ● suite › name` for each; long runs say all of it twice. */
function failingOf(output: string): string[] {
  let file = '';
  const names: string[] = [];
  for (const line of output.split('\n')) {
    const [, newFile] = /^FAIL (?:\S+ )?(\S+\.\w+)(?: \(.*\))?$/.exec(line) ?? [];
    if (newFile !== undefined) file = newFile;
    const [, title] = /^ {2}● (.+)$/.exec(line) ?? [];
    if (title === undefined || title === 'Console') continue;
    names.push(title === 'Test suite failed to run' ? file : `${file} › ${title}`);
  }
  return [...new Set(names)];
}

/** `jest --json` and `vitest --reporter=json` write the same. */
export const jestJson: Runner = {
  name: 'jest --json',
  read: (output) => {
    const runs = jsonObjects(output).filter((run) => 'numTotalTests' in run && 'testResults' in run);
    if (runs.length === 0) return null;
    const sum = (...keys: string[]) =>
      runs.reduce((total, run) => keys.reduce((so, key) => so + numberOf(run[key]), total), 0);
    return {
      passed: sum('numPassedTests'),
      failed: sum('numFailedTests'),
      skipped: sum('numPendingTests', 'numTodoTests'),
      failing: runs.flatMap((run) => recordsOf(run['testResults']).flatMap(failingOfFile)),
    } satisfies Counts;
  },
};

function failingOfFile(file: Readonly<Record<string, unknown>>): string[] {
  const tests = recordsOf(file['assertionResults']).filter((test) => test['status'] === 'failed');
  const path = textOf(file['name']).split('/').at(-1) ?? '';
  if (tests.length === 0) return file['status'] === 'failed' ? [path] : [];
  return tests.map((test) => `${path} › ${textOf(test['fullName'])}`);
}
