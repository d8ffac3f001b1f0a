import { median, quantile } from 'simple-statistics';
import type { Measurement, Speedup } from './measurement.ts';

/** Draws from [0, 1); an argument everywhere, so that equal samples give equal intervals. */
export type RandomSource = () => number;

const RESAMPLES = 2000;

/** mulberry32: a small generator with a fixed seed is all that resampling needs. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One run before and one after, next to each other in time; milliseconds. */
export interface Pair {
  readonly beforeMs: number;
  readonly afterMs: number;
}

/**
 * The paired speedup: median of the pairs' ratios before/after, with the 95 % percentile bootstrap interval of that
 * median. Pairs cancel what drifts slowly (cache, load); medians ignore single outliers.
 */
export function pairedSpeedup(pairs: readonly Pair[], random: RandomSource): Speedup {
  const logRatios = pairs.map(({ beforeMs, afterMs }) => Math.log(beforeMs / afterMs));
  const [low, high] = bootstrapMedian(logRatios, random);
  return { ratio: Math.exp(median(logRatios)), ci95: [Math.exp(low), Math.exp(high)] };
}

/**
 * before / after of the runs that were disturbed least: the lesser of the ratios of the minima and of the lower quartiles.
 * Other load only adds time, and adds it in bursts that may hit one side for many pairs; it cannot make a run faster.
 */
export function floorRatio(beforeMs: readonly number[], afterMs: readonly number[]): number {
  const [before, after] = [[...beforeMs], [...afterMs]];
  return Math.min(Math.min(...before) / Math.min(...after), quantile(before, 0.25) / quantile(after, 0.25));
}

/** The speedup between two series that were not taken together; wider than a paired one of equal size. */
export function unpairedSpeedup(
  beforeMs: readonly number[],
  afterMs: readonly number[],
  random: RandomSource,
): Speedup {
  const [before, after] = [beforeMs.map(Math.log), afterMs.map(Math.log)];
  const afterMedians = resampledMedians(after, random);
  const differences = resampledMedians(before, random).map((value, at) => value - (afterMedians[at] ?? 0));
  return {
    ratio: Math.exp(median(before) - median(after)),
    ci95: [Math.exp(quantile(differences, 0.025)), Math.exp(quantile(differences, 0.975))],
  };
}

export function summarize(
  runsMs: readonly number[],
  sharedBlocks: number | null,
  where: string,
  random: RandomSource,
): Measurement {
  const [low, high] = bootstrapMedian(runsMs, random);
  return { medianMs: median([...runsMs]), ci95Ms: [low, high], runs: runsMs.length, sharedBlocks, where };
}

function bootstrapMedian(values: readonly number[], random: RandomSource): [low: number, high: number] {
  const medians = resampledMedians(values, random);
  return [quantile(medians, 0.025), quantile(medians, 0.975)];
}

/**
 * The medians of samples drawn with replacement. Drawing ranks and counting them gives the same as drawing values and
 * sorting them, in half the time; a run does this again and again between the statements that it measures.
 */
function resampledMedians(values: readonly number[], random: RandomSource): number[] {
  const { length } = values;
  const sorted = values.toSorted((a, b) => a - b);
  const counts = new Uint32Array(length);
  return Array.from({ length: RESAMPLES }, () => {
    counts.fill(0);
    for (let draw = 0; draw < length; draw += 1) {
      const rank = Math.floor(random() * length);
      counts[rank] = (counts[rank] ?? 0) + 1;
    }
    return countedMedian(sorted, counts);
  });
}

/** The median of the sample that holds each of the sorted values as often as it is counted. */
function countedMedian(sorted: readonly number[], counts: Uint32Array): number {
  const { length } = sorted;
  let seen = 0;
  let lower: number | null = null;
  for (let rank = 0; rank < length; rank += 1) {
    seen += counts[rank] ?? 0;
    const value = sorted[rank] ?? Number.NaN;
    if (lower === null && 2 * seen >= length) lower = value;
    if (lower !== null && 2 * seen > length) return (lower + value) / 2;
  }
  return Number.NaN;
}
