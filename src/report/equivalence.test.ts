import { expect, test } from 'vitest';
import { describeDifference, describeSameness } from './equivalence.ts';

const checks = {
  states: 12,
  parameterSets: 5,
  comparisons: 1_234,
  withRows: 900,
  onRealData: 3,
  originalRaised: 0,
  forbidden: 0,
  timedOut: 0,
};
const counterExample = {
  state: 'app.tags.news_id has duplicates',
  parameters: [7, null],
  difference: '2 rows instead of 1',
  columns: ['id', 'title'],
  onlyOriginal: [],
  onlyRewrite: [
    ['3', null],
    ['4', 'x'],
  ],
};

test('a difference names the state, the parameters and one row of each side', () => {
  expect(describeDifference(counterExample, { sensitive: false })).toBe(
    'the rewrite differs: 2 rows instead of 1 (app.tags.news_id has duplicates, parameters 7, null); only the rewrite has (3, NULL)',
  );
  expect(
    describeDifference(
      { ...counterExample, parameters: [], onlyOriginal: [['9', 'y']], onlyRewrite: [] },
      { sensitive: false },
    ),
  ).toBe(
    'the rewrite differs: 2 rows instead of 1 (app.tags.news_id has duplicates); only the original has (9, y)',
  );
});

test('of sensitive data nothing is shown', () => {
  expect(describeDifference(counterExample, { sensitive: true })).toBe(
    'the rewrite gives another result on other data',
  );
});

test('sameness says on how much it was seen', () => {
  expect(describeSameness({ verdict: 'same', checks }, 'same')).toBe(
    'the same result on 12 states of the data with 5 parameter sets (1,234 comparisons)',
  );
  const plain = { ...checks, parameterSets: 1 };
  expect(describeSameness({ verdict: 'same', checks: plain }, 'same')).toBe(
    'the same result on 12 states of the data (1,234 comparisons)',
  );
});

test('where it could not be seen, nothing is claimed', () => {
  const verdict = {
    verdict: 'incomparable',
    reason: 'random() gives another value each time',
    checks,
  } as const;
  expect(describeSameness(verdict, 'incomparable')).toBe(
    'sameness was not shown: random() gives another value each time',
  );
  expect(describeSameness(verdict, 'same')).toMatch(/^the same rows here; sameness was not shown/);
});
