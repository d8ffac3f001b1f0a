import { describe, expect, test } from 'vitest';
import type { ActivitySample, DatabaseCounters, SessionLook } from './facts.ts';
import { loadOf } from './load.ts';

const LOOK: SessionLook = {
  active: 2,
  idleInTransaction: 1,
  idle: 10,
  hidden: 0,
  parallelWorkers: 0,
  elsewhere: 4,
};
const START: DatabaseCounters = {
  atMs: 1_000_000,
  transactions: 5_000,
  activeMs: 10_000,
  idleInTransactionMs: 2_000,
  sessions: 40,
  blocksHit: 1_000,
  blocksRead: 10,
  resetAt: null,
};

/** Ten seconds in which 400 transactions held connections for 20 s, 15 s of them in statements. */
function sample(
  changes: Partial<DatabaseCounters> = {},
  looks: readonly SessionLook[] = [LOOK, LOOK],
): ActivitySample {
  const after = {
    ...START,
    atMs: START.atMs + 10_000,
    transactions: START.transactions + 403,
    sessions: START.sessions + 5,
    activeMs: START.activeMs + 15_000,
    idleInTransactionMs: START.idleInTransactionMs + 5_000,
    blocksHit: START.blocksHit + 9_990,
    blocksRead: START.blocksRead + 10,
    ...changes,
  };
  return { looks, before: START, after, ownTransactions: 3 };
}

test('a sample becomes rates and means, without what the looking itself took', () => {
  expect(loadOf(sample())).toEqual({
    seconds: 10,
    looks: 2,
    transactionsPerSecond: 40,
    sessionsPerSecond: 0.5,
    heldMs: 50,
    countedBusy: 2,
    seenBusy: { mean: 3, most: 3 },
    busyRatio: 0.75,
    parallelism: 1,
    cached: true,
    elsewhere: 4,
    notes: [],
  });
});

test('parallel workers count as processes of the statements that run', () => {
  expect(loadOf(sample({}, [{ ...LOOK, parallelWorkers: 4 }, LOOK])).parallelism).toBe(2);
  expect(loadOf(sample({}, [{ ...LOOK, active: 0, parallelWorkers: 4 }])).parallelism).toBe(1);
});

test('much that comes from disk is not cached', () => {
  expect(loadOf(sample({ blocksRead: START.blocksRead + 1_000 })).cached).toBe(false);
});

describe('unknown is', () => {
  test('what sessions do whose state may not be seen', () => {
    const load = loadOf(sample({}, [LOOK, { ...LOOK, hidden: 7 }]));
    expect(load.seenBusy).toBeNull();
    expect(load.countedBusy).toBe(2);
    expect(load.notes).toMatchObject([
      { code: 'not-visible', message: expect.stringContaining('7 sessions') },
    ]);
  });

  test.each([
    ['a reset', { resetAt: '2026-01-01 00:00:00+00' }],
    ['a crash, which empties them', { transactions: 4, activeMs: 12, idleInTransactionMs: 0 }],
    ['a clock that was turned back', { atMs: START.atMs - 1 }],
  ])('what counters say across %s', (_, changes) => {
    const load = loadOf(sample(changes));
    expect(load).toMatchObject({
      transactionsPerSecond: null,
      heldMs: null,
      countedBusy: null,
      busyRatio: null,
      cached: null,
    });
    expect(load.seenBusy).not.toBeNull();
    expect(load.notes).toMatchObject([{ code: 'statistics-reset' }]);
  });

  test('how long a transaction takes where there was none', () => {
    const still = {
      transactions: START.transactions + 2,
      activeMs: START.activeMs,
      idleInTransactionMs: START.idleInTransactionMs,
    };
    expect(loadOf(sample(still))).toMatchObject({
      transactionsPerSecond: 0,
      heldMs: null,
      countedBusy: 0,
      busyRatio: null,
    });
  });
});
