import { describe, expect, test } from 'vitest';
import { DEFAULT_THRESHOLD, judgeGain } from './judge.ts';
import { DEFAULT_SAMPLING, enoughPairs } from './sampling.ts';
import {
  floorRatio,
  pairedSpeedup,
  seededRandom,
  summarize,
  unpairedSpeedup,
  type Pair,
} from './statistics.ts';

describe('known intervals', () => {
  test('equal pairs give the ratio itself, without width', () => {
    const pairs = Array.from({ length: 12 }, () => ({ beforeMs: 30, afterMs: 10 }));
    const { ratio, ci95 } = pairedSpeedup(pairs, seededRandom(1));
    for (const value of [ratio, ...ci95]) expect(value).toBeCloseTo(3, 12);
  });

  test('five runs: the interval of the median is their whole range', () => {
    const measurement = summarize([14, 10, 12, 11, 13], 7, 'target', seededRandom(1));
    expect(measurement).toEqual({
      medianMs: 12,
      ci95Ms: [10, 14],
      runs: 5,
      sharedBlocks: 7,
      where: 'target',
    });
  });

  test('a hundred runs: the binomial bounds of the median, within one rank', () => {
    const runs = Array.from({ length: 101 }, (_, at) => at + 1);
    const { medianMs, ci95Ms } = summarize(runs, null, 'url', seededRandom(1));
    expect(medianMs).toBe(51);
    // Order statistics 41 and 61 hold the median of 101 with 95 %.
    expect(Math.abs(ci95Ms[0] - 41)).toBeLessThanOrEqual(1.5);
    expect(Math.abs(ci95Ms[1] - 61)).toBeLessThanOrEqual(1.5);
  });

  test('one wild run moves neither the ratio nor the interval', () => {
    const calm = Array.from({ length: 15 }, (_, at) => ({ beforeMs: 20 + (at % 3), afterMs: 10 }));
    const wild = [...calm.slice(1), { beforeMs: 20, afterMs: 9_000 }];
    const [before, after] = [pairedSpeedup(calm, seededRandom(1)), pairedSpeedup(wild, seededRandom(1))];
    expect(after.ratio).toBeCloseTo(before.ratio, 6);
    expect(after.ci95[0]).toBeGreaterThan(1.9);
  });

  test('what drifts for both sides of a pair cancels', () => {
    const drifting = Array.from({ length: 20 }, (_, at) => ({ beforeMs: 2 * 1.2 ** at, afterMs: 1.2 ** at }));
    const { ci95 } = pairedSpeedup(drifting, seededRandom(1));
    expect(ci95[1] - ci95[0]).toBeLessThan(1e-9);
    const unpaired = unpairedSpeedup(
      drifting.map(({ beforeMs }) => beforeMs),
      drifting.map(({ afterMs }) => afterMs),
      seededRandom(1),
    );
    expect(unpaired.ratio).toBeCloseTo(2, 9);
    expect(unpaired.ci95[0]).toBeLessThan(1);
    expect(unpaired.ci95[1]).toBeGreaterThan(4);
  });

  test('the inputs are left as they were', () => {
    const runs = [3, 1, 2];
    summarize(runs, null, 'target', seededRandom(1));
    unpairedSpeedup(runs, runs, seededRandom(1));
    expect(runs).toEqual([3, 1, 2]);
  });
});

describe('randomness', () => {
  test('equal seeds give equal intervals, other seeds nearly equal ones', () => {
    const pairs = noisyPairs(20, 1.3, 0.2, seededRandom(5));
    const of = (seed: number) => pairedSpeedup(pairs, seededRandom(seed)).ci95;
    expect(of(7)).toEqual(of(7));
    expect(of(8)[0]).toBeCloseTo(of(7)[0], 1);
    expect(of(8)[1]).toBeCloseTo(of(7)[1], 1);
  });

  test('the generator stays in [0, 1) and is even', () => {
    const random = seededRandom(18);
    const draws = Array.from({ length: 20_000 }, random);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => draws.filter((draw) => Math.floor(draw * 10) === tenth).length,
    );
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });
});

describe('over simulated trials', () => {
  test('no difference is accepted in less than 2 %, at the noise of a quiet and of a busy server', () => {
    for (const noise of [0.05, 0.3]) expect(acceptedOf(300, 1, noise)).toBeLessThan(6);
  });

  test('a gain at the threshold itself is accepted about as rarely as the interval says', () => {
    // Time saved of exactly 10 %: the lower end of a 95 % interval exceeds it in 2.5 %, early stopping adds a little.
    expect(acceptedOf(150, 1 / 0.9, 0.15)).toBeLessThan(150 * 0.08);
  });

  test('30 % less time is accepted mostly', () => {
    expect(acceptedOf(150, 1 / 0.7, 0.1)).toBeGreaterThan(150 * 0.95);
    expect(acceptedOf(150, 1 / 0.7, 0.2)).toBeGreaterThan(150 * 0.7);
  });
});

/** The times alone decide here. */
const SIDE = { medianMs: 1, ci95Ms: [1, 1], runs: 10, sharedBlocks: null, where: 'target' } as const;

/** Of so many trials, those whose gain is accepted, sampled as a run samples them. */
function acceptedOf(trials: number, speedup: number, noise: number): number {
  const random = seededRandom(42);
  let accepted = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const pairs = noisyPairs(DEFAULT_SAMPLING.maxPairs, speedup, noise, random);
    let taken = DEFAULT_SAMPLING.minPairs;
    while (!enoughPairs(pairs.slice(0, taken), 0, DEFAULT_SAMPLING, random)) taken += 1;
    const used = pairs.slice(0, taken);
    const measured = {
      before: SIDE,
      after: SIDE,
      speedup: pairedSpeedup(used, random),
      floorRatio: floorRatio(
        used.map(({ beforeMs }) => beforeMs),
        used.map(({ afterMs }) => afterMs),
      ),
      rows: 'same',
    } as const;
    if (judgeGain(measured, DEFAULT_THRESHOLD).accepted) accepted += 1;
  }
  return accepted;
}

/** Times as servers give them: log-normal around the truth, and now and then a run that is hit by something else. */
function noisyPairs(count: number, speedup: number, noise: number, random: () => number): Pair[] {
  const time = (typicalMs: number) => {
    const hit = random() < 0.05 ? 1 + 4 * random() : 1;
    return typicalMs * Math.exp(noise * gaussian(random)) * hit;
  };
  return Array.from({ length: count }, () => ({ beforeMs: time(20), afterMs: time(20 / speedup) }));
}

/** Box–Muller. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
