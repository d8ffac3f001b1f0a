import { describe, expect, test } from 'vitest';
import { enoughPairs, type SamplingPlan } from './sampling.ts';
import { seededRandom, type Pair } from './statistics.ts';

const PLAN: SamplingPlan = {
  minPairs: 10,
  maxPairs: 40,
  lookEvery: 5,
  budgetMs: 1_000,
  fewestPairs: 5,
  widthFactor: 1.1,
  decisiveRatio: 2,
  usefulRatio: 1.1,
  clearPairs: 5,
};

const STEADY = { beforeMs: 12, afterMs: 10 };
/** Ratios between 1/2 and 2: an interval that never gets narrow. */
const WILD = (at: number): Pair =>
  at % 2 === 0 ? { beforeMs: 20, afterMs: 10 } : { beforeMs: 10, afterMs: 20 };
/** Ratios of 3 and 12: a wide interval, all of it decisive. */
const DECISIVE = (at: number): Pair => ({ beforeMs: at % 2 === 0 ? 30 : 120, afterMs: 10 });

const enough = (pairs: readonly Pair[], elapsedMs = 0) =>
  enoughPairs(pairs, elapsedMs, PLAN, seededRandom(1));
const series = (count: number, pair: (at: number) => Pair) =>
  Array.from({ length: count }, (_, at) => pair(at));

describe('enoughPairs', () => {
  test('a narrow interval ends the series, but not before the smallest number of pairs', () => {
    expect(enough(series(9, () => STEADY))).toBe(false);
    expect(enough(series(10, () => STEADY))).toBe(true);
  });

  test('the interval is looked at only now and then', () => {
    for (const count of [11, 12, 13, 14]) expect(enough(series(count, () => STEADY))).toBe(false);
    expect(enough(series(15, () => STEADY))).toBe(true);
  });

  test('a wide interval wants more pairs, up to the largest number', () => {
    expect(enough(series(10, WILD))).toBe(false);
    expect(enough(series(39, WILD))).toBe(false);
    expect(enough(series(40, WILD))).toBe(true);
  });

  test('a wide interval is enough where even its lower end is decisive', () => {
    expect(enough(series(4, DECISIVE))).toBe(false);
    expect(enough(series(5, DECISIVE))).toBe(true);
  });

  test('an interval without any useful gain in it ends the series as early', () => {
    const useless = (at: number): Pair => ({ beforeMs: at % 2 === 0 ? 10.5 : 5, afterMs: 10 });
    expect(enough(series(4, useless))).toBe(false);
    expect(enough(series(5, useless))).toBe(true);
    const perhaps = (at: number): Pair => ({ beforeMs: at % 2 === 0 ? 11.5 : 5, afterMs: 10 });
    expect(enough(series(5, perhaps))).toBe(false);
  });

  test('a gain that most pairs do not show ends the series as early', () => {
    const mostly = (at: number): Pair => ({ beforeMs: at % 5 < 2 ? 20 : 9, afterMs: 10 });
    expect(enough(series(4, mostly))).toBe(false);
    expect(enough(series(5, mostly))).toBe(true);
  });

  test('three losses from the start are enough, a gain among them asks for more', () => {
    const loss = { beforeMs: 10, afterMs: 10.1 };
    expect(enough([loss, loss])).toBe(false);
    expect(enough([loss, loss, loss])).toBe(true);
    expect(enough([loss, STEADY, loss, loss])).toBe(false);
  });

  test('a spent budget is satisfied with fewer pairs, but never with less than the fewest', () => {
    expect(enough(series(4, WILD), 60_000)).toBe(false);
    expect(enough(series(5, WILD), 999)).toBe(false);
    expect(enough(series(5, WILD), 1_000)).toBe(true);
  });

  test('no pairs are never enough', () => {
    expect(enough([], 60_000)).toBe(false);
  });
});
