import { describe, expect, test } from 'vitest';
import { renderValue } from '../task/render.ts';
import { compareReports } from './compare.ts';
import { testReport, type Ended, type TestReport } from './report.ts';

function run(
  passed: number,
  failing: readonly string[] | number = [],
  more: Partial<Ended> = {},
): TestReport {
  const failed = typeof failing === 'number' ? failing : failing.length;
  const names = typeof failing === 'number' ? [] : failing;
  const counts = { passed, failed, skipped: 0, failing: names };
  return testReport({
    command: 'npm test',
    code: failed > 0 ? 1 : 0,
    signal: null,
    timedOut: false,
    counts,
    ...more,
  });
}

const exit = (code: number | null, more: Partial<Ended> = {}) => run(0, [], { code, counts: null, ...more });

function compared(before: TestReport, after: TestReport) {
  const { verdict, newlyFailing, field } = compareReports(before, after);
  return [verdict, newlyFailing, renderValue('Tests', field)];
}

describe('good', () => {
  test.each<[name: string, before: TestReport, after: TestReport, field: string]>([
    ['as before', run(24), run(24), '✅ 24/24 passed (`npm test`)'],
    [
      'some skipped',
      run(24),
      run(22, [], { counts: { passed: 22, failed: 0, skipped: 2, failing: [] } }),
      '✅ 22/22 passed, 2 skipped (`npm test`)',
    ],
    [
      'packages',
      run(3),
      run(3, [], { counts: { passed: 3, failed: 0, skipped: 0, failing: [], unit: 'packages' } }),
      '✅ 3/3 packages passed (`npm test`)',
    ],
    ['better than before', run(22, ['a', 'b']), run(24), '✅ 24/24 passed (`npm test`)'],
    ['not counted', exit(0), exit(0), '✅ passed (`npm test`)'],
  ])('%s', (_, before, after, field) => {
    expect(compared(before, after)).toEqual(['passed', [], field]);
  });
});

describe('as bad as before', () => {
  test.each<[name: string, before: TestReport, after: TestReport, field: string]>([
    [
      'by name',
      run(22, ['a', 'b']),
      run(22, ['b', 'a']),
      '⚠️ 22/24 passed, as before the change (2 failed before too)',
    ],
    [
      'one less',
      run(22, ['a', 'b']),
      run(23, ['b']),
      '⚠️ 23/24 passed, as before the change (2 failed before too)',
    ],
    ['by number', run(22, 2), run(22, 2), '⚠️ 22/24 passed, as before the change (2 failed before too)'],
    ['by exit code', exit(2), exit(2), '⚠️ exit code 2, as before the change'],
    [
      'never ends',
      exit(null, { timedOut: true }),
      exit(null, { timedOut: true }),
      '⚠️ did not end in time, as before the change',
    ],
    ['nothing counted before', exit(1), run(22, ['a', 'b']), '⚠️ 22/24 passed, as before the change'],
    [
      'everything passes, the exit code is not 0',
      run(24, [], { code: 1 }),
      run(24, [], { code: 1 }),
      '⚠️ 24/24 passed, but exit code 1, as before the change',
    ],
  ])('%s', (_, before, after, field) => {
    expect(compared(before, after)).toEqual(['as-before', [], field]);
  });
});

describe('worse', () => {
  test.each<[name: string, before: TestReport, after: TestReport, newly: readonly string[], field: string]>([
    ['by name', run(24), run(23, ['a > b']), ['a > b'], '❌ 23/24 passed; newly failing: `a > b`'],
    ['another one instead', run(23, ['a']), run(23, ['b']), ['b'], '❌ 23/24 passed; newly failing: `b`'],
    [
      'many',
      run(24),
      run(19, ['a', 'b', 'c', 'd', 'e']),
      ['a', 'b', 'c', 'd', 'e'],
      '❌ 19/24 passed; newly failing: `a`, `b`, `c` and 2 more',
    ],
    ['by number', run(23, 1), run(22, 2), [], '❌ 22/24 passed; before the change 23/24 passed'],
    [
      'fewer ran',
      run(22, ['a', 'b']),
      run(12, ['a', 'b']),
      [],
      '❌ 12/14 passed; before the change 22/24 passed',
    ],
    ['no names', run(24), run(23, 1), [], '❌ 23/24 passed; they passed before the change'],
    [
      'failures that the exit code hides',
      run(24),
      run(23, ['a'], { code: 0 }),
      ['a'],
      '❌ 23/24 passed; newly failing: `a`',
    ],
    ['by exit code', exit(0), exit(1), [], '❌ exit code 1; they passed before the change'],
    ['another exit code', exit(1), exit(2), [], '❌ exit code 2; before the change exit code 1'],
    [
      'nothing counted any more',
      run(22, ['a']),
      exit(1),
      [],
      '❌ exit code 1; before the change 22/23 passed',
    ],
    [
      'a file that does not load',
      run(24),
      run(20, [], { code: 1, counts: { passed: 20, failed: 0, skipped: 0, failing: ['c.test.ts'] } }),
      ['c.test.ts'],
      '❌ 20/20 passed, but exit code 1; newly failing: `c.test.ts`',
    ],
    [
      'never ends',
      run(22, ['a']),
      exit(null, { timedOut: true }),
      [],
      '❌ did not end in time; they ended before the change',
    ],
    [
      'killed',
      exit(0),
      exit(null, { signal: 'SIGSEGV' }),
      [],
      '❌ ended by SIGSEGV; they passed before the change',
    ],
  ])('%s', (_, before, after, newly, field) => {
    expect(compared(before, after)).toEqual(['worse', newly, field]);
  });
});

test('names are data: one line, no control characters, not too long, not too many', () => {
  const names = [
    `a\u001B[2J\n\`b\` **c**`,
    'x'.repeat(500),
    ...Array.from({ length: 1_000 }, (_, at) => `n${at}`),
  ];
  const after = run(1, names);
  expect(after.failing).toHaveLength(200);
  expect(Math.max(...after.failing.map((name) => name.length))).toBe(200);
  const { field, message } = compareReports(run(3), after);
  // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
  expect(`${JSON.stringify(field)}${message}`).not.toMatch(/[\u0000-\u001F]/);
  expect(renderValue('Tests', field)).not.toContain('\n');
});
