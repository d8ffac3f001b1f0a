import { describe, expect, test } from 'vitest';
import type { Proposal } from '../change.ts';
import type { MeasuredTrial } from '../trial.ts';
import { bestTrial } from './choose.ts';

/** What all of them took before; ten times as fast is 100 ms, which is no trifle. */
const BEFORE = {
  medianMs: 1_000,
  ci95Ms: [1_000, 1_000],
  runs: 10,
  sharedBlocks: null,
  where: 'target',
} as const;

function trial(
  id: string,
  ratio: number,
  ci95: readonly [number, number],
  sizeBytes: number,
  sharedBlocks: number | null = null,
): MeasuredTrial {
  const proposal: Proposal = {
    id,
    change: { summary: id, steps: [] },
    reason: '',
    probe: null,
    estimatedGainMs: 0,
  };
  return {
    state: 'measured',
    proposal,
    accepted: true,
    reason: { code: 'gain', message: '' },
    before: BEFORE,
    after: { ...BEFORE, medianMs: 1_000 / ratio, sharedBlocks },
    speedup: { ratio, ci95 },
    lowerBound: false,
    rows: 'same',
    rowCounts: [],
    pairs: [],
    sizeBytes,
    planAfter: null,
  };
}

const best = (...trials: readonly MeasuredTrial[]) => bestTrial(trials)?.proposal.id ?? null;

describe('bestTrial', () => {
  test('is null where nothing was accepted', () => {
    expect(best()).toBeNull();
  });

  test('is the fastest, however large, where the intervals are apart', () => {
    expect(best(trial('small', 5, [4, 6], 10), trial('fast', 9, [7, 11], 9_000))).toBe('fast');
  });

  test('is the smaller of two whose intervals overlap', () => {
    expect(best(trial('fast', 9, [7, 11], 9_000), trial('small', 8, [6, 10], 10))).toBe('small');
  });

  test('counts intervals that touch as overlapping', () => {
    expect(best(trial('fast', 9, [7, 11], 9_000), trial('small', 7.5, [6, 7], 10))).toBe('small');
  });

  test('compares with the fastest only: overlaps do not chain', () => {
    const chain = [
      trial('fast', 9, [8, 10], 900),
      trial('middle', 8, [7, 9], 500),
      trial('slow', 7.3, [6, 7.5], 1),
    ];
    expect(best(...chain)).toBe('middle');
    expect(best(...chain.toReversed())).toBe('middle');
  });

  test('is not the smaller one where that is less than nearly as fast, however wide the intervals', () => {
    const fast = trial('fast', 10, [2, 30], 9_000);
    expect(best(fast, trial('small', 7.9, [1.2, 30], 10))).toBe('fast');
    expect(best(fast, trial('small', 8.1, [1.2, 30], 10))).toBe('small');
  });

  describe('a trifle', () => {
    const from = (beforeMs: number, id: string, afterMs: number, sizeBytes: number): MeasuredTrial => {
      const side = (medianMs: number) => ({ ...BEFORE, medianMs });
      const ratio = beforeMs / afterMs;
      const measured = trial(id, ratio, [ratio * 0.99, ratio * 1.01], sizeBytes);
      return { ...measured, before: side(beforeMs), after: side(afterMs) };
    };
    const smallOf = (beforeMs: number, afterMs: number) =>
      best(from(beforeMs, 'fast', 1, 9_000), from(beforeMs, 'small', afterMs, 10));

    test('is never more than 3 ms, however slow the statement was', () => {
      expect(smallOf(10_000, 3.9)).toBe('small');
      expect(smallOf(10_000, 4.1)).toBe('fast');
    });

    test('is never more than 3 % of what the statement took, however fast it was', () => {
      expect(smallOf(50, 2.4)).toBe('small');
      expect(smallOf(50, 2.6)).toBe('fast');
    });
  });

  test('is the smaller one where the difference is a trifle', () => {
    const fast = trial('fast', 2_000, [1_900, 2_100], 9_000);
    expect(best(fast, trial('small', 290, [285, 295], 10))).toBe('small');
    expect(best(fast, trial('small', 280, [275, 285], 10))).toBe('fast');
  });

  test('is not the smaller one where that reads more than twice the blocks', () => {
    const fast = trial('fast', 9, [7, 11], 9_000, 400);
    expect(best(fast, trial('small', 8, [6, 10], 10, 801))).toBe('fast');
    expect(best(fast, trial('small', 8, [6, 10], 10, 800))).toBe('small');
  });

  test('takes a few blocks more for nothing', () => {
    const fast = trial('fast', 9, [7, 11], 9_000, 4);
    expect(best(fast, trial('small', 8, [6, 10], 10, 104))).toBe('small');
    expect(best(fast, trial('small', 8, [6, 10], 10, 105))).toBe('fast');
  });

  test('keeps the fastest among equally large ones', () => {
    expect(best(trial('slower', 8, [6, 10], 10), trial('fast', 9, [7, 11], 10))).toBe('fast');
  });

  test('lets statistics that build nothing win over an index that is no faster', () => {
    expect(best(trial('index', 9, [7, 11], 9_000), trial('analyze', 8.5, [7, 10], 0))).toBe('analyze');
  });

  test('what a plan without values cannot use is left for what it can, where that is as good', () => {
    const partial = { ...trial('partial', 10, [9, 11], 10), genericPlan: 'not-used' as const };
    const full = { ...trial('full', 9.8, [9, 11], 1000), genericPlan: 'used' as const };
    const slow = { ...trial('slow', 3, [2.9, 3.1], 1000), genericPlan: 'used' as const };
    const half = { ...trial('half', 6, [5.9, 6.1], 1000), genericPlan: 'used' as const };
    expect(best(partial, full)).toBe('full');
    expect(best(partial, half)).toBe('half');
    expect(best(partial, slow)).toBe('partial');
  });
});
