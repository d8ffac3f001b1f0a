import { pairedSpeedup, type Pair, type RandomSource } from './statistics.ts';

/** How long to measure. */
export interface SamplingPlan {
  readonly minPairs: number;
  readonly maxPairs: number;
  /** Look at the interval after every so many pairs: each look costs time, and one more chance to be wrong. */
  readonly lookEvery: number;
  /** Wall-clock budget; once spent, `fewestPairs` are enough. */
  readonly budgetMs: number;
  readonly fewestPairs: number;
  /** Stop when the interval's upper end is within this factor of its lower end. */
  readonly widthFactor: number;
  /** Stop early when even the interval's lower end is this good: more runs would only polish it. */
  readonly decisiveRatio: number;
}

export const DEFAULT_SAMPLING: SamplingPlan = {
  minPairs: 10,
  maxPairs: 60,
  lookEvery: 5,
  budgetMs: 8_000,
  fewestPairs: 5,
  widthFactor: 1.1,
  decisiveRatio: 2,
};

/** Whether more pairs are worth their time. Pure: the caller brings pairs, elapsed time and randomness. */
export function enoughPairs(
  pairs: readonly Pair[],
  elapsedMs: number,
  plan: SamplingPlan,
  random: RandomSource,
): boolean {
  if (pairs.length >= plan.maxPairs) return true;
  if (elapsedMs >= plan.budgetMs) return pairs.length >= plan.fewestPairs;
  if (pairs.length < plan.minPairs || pairs.length % plan.lookEvery !== 0) return false;
  const [low, high] = pairedSpeedup(pairs, random).ci95;
  return high / low <= plan.widthFactor || low >= plan.decisiveRatio;
}
