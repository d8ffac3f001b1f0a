import { describe, expect, test } from 'vitest';
import { DEFAULT_SAMPLING } from './sampling.ts';
import { takePairs, takeRuns, type SeriesContext } from './series.ts';
import { seededRandom } from './statistics.ts';

/** Statements on a clock that only they move. */
function bench(costMs: { before: number; after: number }, plan: Partial<SeriesContext['plan']> = {}) {
  let now = 0;
  const order: string[] = [];
  const interruption = new AbortController();
  const run = (side: 'before' | 'after') => async () => {
    order.push(side);
    now += costMs[side];
    return costMs[side];
  };
  const context: SeriesContext = {
    plan: { ...DEFAULT_SAMPLING, ...plan },
    random: seededRandom(1),
    clock: () => now,
    signal: interruption.signal,
  };
  return { before: run('before'), after: run('after'), order, context, interruption };
}

describe('takePairs', () => {
  test('swaps who goes first with each pair', async () => {
    const { before, after, order, context } = bench({ before: 3, after: 1 }, { minPairs: 4, maxPairs: 4 });
    await takePairs(before, after, context);
    expect(order).toEqual(['before', 'after', 'after', 'before', 'before', 'after', 'after', 'before']);
  });

  test('keeps each time on its side, whoever went first', async () => {
    const { before, after, context } = bench({ before: 3, after: 1 });
    const pairs = await takePairs(before, after, context);
    expect(pairs).toHaveLength(DEFAULT_SAMPLING.clearPairs);
    for (const pair of pairs) expect(pair).toEqual({ beforeMs: 3, afterMs: 1 });
  });

  test('ends with the fewest pairs once the clock says that the budget is spent', async () => {
    const { before, after, order, context } = bench({ before: 7_000, after: 900 });
    expect(await takePairs(before, after, context)).toHaveLength(DEFAULT_SAMPLING.fewestPairs);
    expect(order).toHaveLength(2 * DEFAULT_SAMPLING.fewestPairs);
  });

  test('starts no pair after an interruption', async () => {
    const { before, after, order, context, interruption } = bench({ before: 3, after: 1 });
    const interrupting = async () => {
      interruption.abort(new Error('enough'));
      return after();
    };
    await expect(takePairs(before, interrupting, context)).rejects.toThrow('enough');
    expect(order).toEqual(['before', 'after']);
  });
});

describe('takeRuns', () => {
  test('takes as many runs as the smallest number of pairs', async () => {
    const { before, context } = bench({ before: 3, after: 1 });
    expect(await takeRuns(before, context)).toEqual(Array.from({ length: 10 }, () => 3));
  });

  test('is satisfied with three runs of a statement that spends the budget', async () => {
    const { before, context } = bench({ before: 9_000, after: 1 });
    expect(await takeRuns(before, context)).toEqual([9_000, 9_000, 9_000]);
  });

  test('stops in between where the budget ends there', async () => {
    const { before, context } = bench({ before: 1_600, after: 1 });
    expect(await takeRuns(before, context)).toHaveLength(5);
  });

  test('starts no run after an interruption', async () => {
    const { before, order, context, interruption } = bench({ before: 3, after: 1 });
    interruption.abort(new Error('enough'));
    await expect(takeRuns(before, context)).rejects.toThrow('enough');
    expect(order).toEqual([]);
  });
});
