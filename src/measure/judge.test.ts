import { describe, expect, test } from 'vitest';
import { DEFAULT_THRESHOLD, judgeGain, type GainThreshold } from './judge.ts';
import type { Measurement, RowsComparison } from './measurement.ts';

const side = (sharedBlocks: number | null): Measurement => ({
  medianMs: 1,
  ci95Ms: [1, 1],
  runs: 10,
  sharedBlocks,
  where: 'target',
});

interface Case {
  ci95?: readonly [number, number];
  blocks?: readonly [before: number | null, after: number | null];
  rows?: RowsComparison;
  threshold?: GainThreshold;
  floorRatio?: number;
}

function judged({
  ci95 = [1.5, 2],
  blocks = [100, 10],
  rows = 'same',
  threshold = DEFAULT_THRESHOLD,
  floorRatio = 1.7,
}: Case) {
  const [before, after] = blocks.map(side) as [Measurement, Measurement];
  const verdict = judgeGain({ before, after, speedup: { ratio: 1.7, ci95 }, floorRatio, rows }, threshold);
  return verdict.accepted ? 'accepted' : verdict.reason.code;
}

describe('the interval', () => {
  /** Time saved of exactly 10 %. */
  const EDGE = 1 / 0.9;

  test.each([
    ['clear of the threshold', [EDGE + 1e-9, 2], 'accepted'],
    ['touching the threshold', [EDGE, 2], 'too-small'],
    ['around the threshold', [1.05, 3], 'too-small'],
    ['around no difference', [0.9, 1.2], 'within-noise'],
    ['a loss', [0.4, 0.6], 'within-noise'],
    ['no number: both sides took no time at all', [Number.NaN, Number.NaN], 'within-noise'],
    ['without end: the statement took no time with the change', [Infinity, Infinity], 'accepted'],
  ] as const)('%s', (_name, ci95, expected) => {
    expect(judged({ ci95 })).toBe(expected);
  });

  test('the threshold is the caller’s', () => {
    const strict = { time: 0.5, blocks: 0.1 };
    expect(judged({ ci95: [1.9, 3], threshold: strict })).toBe('too-small');
    expect(judged({ ci95: [2.1, 3], threshold: strict })).toBe('accepted');
  });

  test.each([
    [0.1, '10 %'],
    [0.07, '7 %'],
    [0.075, '7.5 %'],
  ])('the reason says what was saved and what was asked for: %s', (time, asked) => {
    const verdict = judgeGain(
      {
        before: side(1),
        after: side(1),
        speedup: { ratio: 1.2, ci95: [1.04, 1.25] },
        floorRatio: 1.2,
        rows: 'same',
      },
      { time, blocks: 0.1 },
    );
    expect(verdict).toEqual({
      accepted: false,
      reason: {
        code: 'too-small',
        message: `time saved is between 4 % and 20 % (95 % interval), which does not exclude ${asked}`,
      },
    });
  });
});

describe('shared blocks', () => {
  test.each([
    ['as many', [100, 100], 'accepted'],
    ['at the limit', [100, 110], 'accepted'],
    ['beyond it', [100, 111], 'more-blocks'],
    ['some where there were none', [0, 1], 'more-blocks'],
    ['not measured before', [null, 5_000], 'accepted'],
    ['not measured after', [5_000, null], 'accepted'],
  ] as const)('%s', (_name, blocks, expected) => {
    expect(judged({ blocks })).toBe(expected);
  });

  test.each([
    ['fewer blocks need no fast runs beside', [100, 89], 1, 'accepted'],
    ['as many need the fastest runs to be faster too', [100, 91], 1.2, 'accepted'],
    ['as many, and the fastest runs as fast', [100, 91], 1.05, 'within-noise'],
    ['blocks that were not measured say nothing', [null, null], 1.05, 'within-noise'],
    ['a floor that is no number is none', [100, 100], Number.NaN, 'within-noise'],
  ] as const)('%s', (_name, blocks, floorRatio, expected) => {
    expect(judged({ blocks, floorRatio })).toBe(expected);
  });

  test('many more are no matter where even the lower end says three times as fast', () => {
    expect(judged({ blocks: [100, 900], ci95: [3, 5] })).toBe('accepted');
    expect(judged({ blocks: [100, 900], ci95: [2.9, 5] })).toBe('more-blocks');
  });
});

describe('rows', () => {
  test('other rows are refused however large the gain', () => {
    expect(judged({ ci95: [50, 60], rows: 'different' })).toBe('rows-differ');
  });

  test('that nobody can compare do not stand in the way', () => {
    expect(judged({ rows: 'incomparable' })).toBe('accepted');
    expect(judged({ rows: 'not-applicable' })).toBe('accepted');
  });

  test('are named before the time', () => {
    expect(judged({ ci95: [0.5, 0.6], rows: 'different' })).toBe('rows-differ');
  });
});
