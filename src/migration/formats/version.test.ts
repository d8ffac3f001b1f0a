import { describe, expect, test } from 'vitest';
import { nextVersions, numbersOf } from './version.ts';

const TIMES = [new Date('2026-12-31T23:59:59.750Z'), new Date('2027-01-01T00:00:00.750Z')];

describe('in an empty folder', () => {
  test.each([
    ['utc-seconds', ['20261231235959', '20270101000000']],
    ['utc-milliseconds', ['20261231235959750', '20270101000000750']],
    [{ sequence: '000001' }, ['000001', '000002']],
    [{ sequence: '0000' }, ['0000', '0001']],
  ] as const)('%j', (first, expected) => {
    expect(nextVersions([], TIMES, first)).toEqual(expected);
  });
});

describe('M13: the style of the folder goes on', () => {
  test.each([
    ['a sequence keeps its digits', ['0001', '0042', '0007'], ['0043', '0044']],
    ['and grows where it has to', ['9'], ['10', '11']],
    ['seconds since 1970', ['1500360784'], ['1798761599', '1798761600']],
    ['milliseconds since 1970', ['1500360784000'], ['1798761599750', '1798761600750']],
    ['a time of 14 digits', ['20200101000000'], ['20261231235959', '20270101000000']],
    ['a time of 17 digits', ['20200101000000000'], ['20261231235959750', '20270101000000750']],
    ['the highest decides, not the longest text', ['00000000000001', '7'], ['8', '9']],
  ])('%s', (_name, present, expected) => {
    expect(nextVersions(present, TIMES, 'utc-seconds')).toEqual(expected);
  });

  test('a time in the future is passed, across minutes', () => {
    expect(nextVersions(['20300101235959'], TIMES, 'utc-seconds')).toEqual([
      '20300102000000',
      '20300102000001',
    ]);
  });

  test('14 digits that are no time are a sequence', () => {
    expect(nextVersions(['20269999999999'], TIMES, 'utc-seconds')).toEqual([
      '20270000000000',
      '20270000000001',
    ]);
  });
});

test('numbers of file names; others do not count', () => {
  expect(numbersOf(['0001_a.sql', 'meta/0002_b.sql', 'readme.md'], /^(\d+)_[^/]*\.sql$/)).toEqual(['0001']);
});
