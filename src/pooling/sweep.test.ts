import { describe, expect, test } from 'vitest';
import { chooseSize, latencyOf, sweepSizes, type SweepRow } from './sweep.ts';

const row = (size: number, perSecond: number | readonly number[], p99 = 5, errors = 0): SweepRow => ({
  size,
  perSecond: typeof perSecond === 'number' ? [perSecond, perSecond, perSecond] : perSecond,
  latencyMs: { p50: 1, p95: 3, p99 },
  statements: 1_000,
  errors,
});

describe('the sizes around a computed one', () => {
  test.each([
    [8, 100, [4, 8, 12, 16]],
    [8, 10, [4, 8, 10]],
    [1, 100, [1, 2]],
    [3, 100, [2, 3, 5, 6]],
    [5, 1, [1]],
  ])('%d of at most %d: %j', (size, limit, sizes) => {
    expect(sweepSizes(size, limit)).toEqual(sizes);
  });
});

describe('the choice', () => {
  test('is the smallest within 3 % of the best', () => {
    expect(chooseSize([row(4, 900), row(8, 975), row(12, 1_000), row(16, 990)], null)).toEqual({
      size: 8,
      reason: 'smallest-within-tolerance',
      tolerance: 0.03,
    });
    expect(chooseSize([row(8, 1_000), row(4, 969)], null).size).toBe(8);
  });

  test('answers in the target, whatever else gets through', () => {
    expect(chooseSize([row(4, 990, 40), row(8, 995, 12), row(16, 1_000, 8)], 15).size).toBe(8);
    expect(chooseSize([row(4, 990, 40), row(8, 995, 20)], 15)).toMatchObject({
      size: null,
      reason: 'no-size-in-target',
    });
  });

  test('does not read into slices what they differ by themselves', () => {
    const noisy = [row(4, [800, 900, 1_000]), row(8, [900, 1_000, 1_100])];
    const choice = chooseSize(noisy, null);
    expect(choice.size).toBe(4);
    expect(choice.tolerance).toBeGreaterThan(0.1);
  });

  test('leaves out a size with errors, and is none where nothing answered', () => {
    expect(chooseSize([row(4, 1_000, 5, 1), row(8, 900)], null).size).toBe(8);
    expect(chooseSize([{ ...row(4, []), latencyMs: null, statements: 0 }], null)).toMatchObject({
      size: null,
      reason: 'nothing-answered',
    });
    expect(chooseSize([], null)).toMatchObject({ size: null, reason: 'nothing-answered' });
  });
});

test('percentiles are of all times, and unknown without any', () => {
  expect(latencyOf(Array.from({ length: 101 }, (_, at) => 101 - at))).toEqual({ p50: 51, p95: 96, p99: 100 });
  expect(latencyOf([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
  expect(latencyOf([])).toBeNull();
});
