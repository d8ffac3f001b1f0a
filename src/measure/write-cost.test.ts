import { describe, expect, test } from 'vitest';
import { balanceOf, judgeWriteCost, perSecond, type WriteCost, type WriteLoad } from './write-cost.ts';

/** A B-tree on a column that a third of the updates set: 20 ms more for a thousand inserts, 30 for a thousand updates. */
const COST: WriteCost = {
  sizeBytes: 1,
  buildMs: null,
  coveredColumns: ['status'],
  insert: { walBytesPerRow: { without: 200, with: 260 }, msPerThousand: { without: 10, with: 30 } },
  updates: [
    {
      columns: ['status'],
      covered: true,
      walBytesPerRow: { without: 100, with: 250 },
      msPerThousand: { without: 10, with: 40 },
      hotShare: { without: 0.98, with: 0 },
    },
    {
      columns: ['note'],
      covered: false,
      walBytesPerRow: { without: 100, with: 100 },
      msPerThousand: { without: 10, with: 9 },
      hotShare: { without: 0.98, with: 0.98 },
    },
  ],
  rounds: 3,
};
const LOAD: WriteLoad = {
  callsPerSecond: 2,
  insertedPerSecond: 1000,
  updatedPerSecond: 300,
  coveredShare: 1 / 3,
};
const judged = (savedMs: number, load: Partial<WriteLoad> = {}, writeHeavy = false, cost = COST) =>
  judgeWriteCost(cost, savedMs, { ...LOAD, ...load }, { writeHeavy });

test('what readers save and writers pay is time of each second', () => {
  const balance = balanceOf(COST, 50, LOAD);
  expect(balance?.savedPerSecond).toBeCloseTo(100);
  // 1000 inserts of 20 µs more, 100 updates of 30 µs more; that the others got faster is noise.
  expect(balance?.addedPerSecond).toBeCloseTo(20 + 3);
});

describe('a loss', () => {
  test.each([
    ['is refused', judged(11.4), 'net-loss'],
    ['is none where readers save as much', judged(11.6), undefined],
    ['is not known without the rate of the statement', judged(0.001, { callsPerSecond: null }), undefined],
    ['is not known without the rates of writers', judged(0.001, { insertedPerSecond: null }), undefined],
    [
      'counts updates at the cheaper price where nobody knows their columns',
      judged(10.1, { coveredShare: null }),
      undefined,
    ],
    ['still counts inserts then', judged(9.9, { coveredShare: null }), 'net-loss'],
    ['is nearer on a write-heavy table', judged(22, {}, true), 'net-loss'],
    ['is no loss there where readers save twice that', judged(24, {}, true), undefined],
  ])('%s', (_what, reason, code) => {
    expect(reason?.code).toBe(code);
  });

  test('is told with its numbers', () => {
    expect(judged(2)?.message).toBe(
      'the statement saves 4 ms a second (2 ms, 2 calls a second), writers pay 23 ms a second more',
    );
  });
});

describe('on a write-heavy table, without the rate of the statement', () => {
  const unknown = (cost: WriteCost) => judged(1000, { callsPerSecond: null }, true, cost);
  const withInsert = (walBytesPerRow: WriteCost['insert']['walBytesPerRow'], time = 11): WriteCost => ({
    ...COST,
    updates: [],
    insert: { walBytesPerRow, msPerThousand: { without: 10, with: time } },
  });

  test.each([
    ['a quarter more log is allowed', withInsert({ without: 200, with: 250 }, 30), undefined],
    ['more is not', withInsert({ without: 200, with: 252 }), 'write-heavy'],
    ['time counts where there is no log', withInsert(null, 13), 'write-heavy'],
    ['and is allowed a quarter too', withInsert(null, 12), undefined],
    [
      'lost HOT updates are not allowed',
      { ...withInsert({ without: 200, with: 200 }), updates: COST.updates },
      'write-heavy',
    ],
  ])('%s', (_what, cost, code) => {
    expect(unknown(cost)?.code).toBe(code);
  });

  test('what is too dear is told', () => {
    expect(unknown(COST)?.message).toBe(
      'an insert costs 30 % more WAL, of which 25 % are allowed; 98 % of the updates are no HOT updates any more, of which 10 % are allowed on a write-heavy table, and without knowing how often the statement runs',
    );
  });
});

test('a count of less than a minute is no rate', () => {
  expect([perSecond(590, 59), perSecond(600, 60), perSecond(5, null)]).toEqual([null, 10, null]);
});
