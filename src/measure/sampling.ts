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
  /** A gain below this ratio is of no use: an interval that stays below it ends the series as early as a decisive one. */
  readonly usefulRatio: number;
  /** So many pairs are enough for an answer that is as clear as that. */
  readonly clearPairs: number;
}

export const DEFAULT_SAMPLING: SamplingPlan = {
  minPairs: 10,
  maxPairs: 60,
  lookEvery: 5,
  budgetMs: 8_000,
  fewestPairs: 5,
  widthFactor: 1.1,
  decisiveRatio: 2,
  usefulRatio: 1 / 0.9,
  clearPairs: 5,
};

/** Whether more pairs are worth their time. Pure: the caller brings pairs, elapsed time and randomness. */
export function enoughPairs(
  pairs: readonly Pair[],
  elapsedMs: number,
  plan: SamplingPlan,
  random: RandomSource,
): boolean {
  if (pairs.length >= plan.maxPairs || isHopeless(pairs)) return true;
  if (elapsedMs >= plan.budgetMs) return pairs.length >= plan.fewestPairs;
  if (pairs.length < plan.clearPairs || pairs.length % plan.lookEvery !== 0) return false;
  const [low, high] = pairedSpeedup(pairs, random).ci95;
  if (low >= plan.decisiveRatio || high < plan.usefulRatio || isUnpromising(pairs)) return true;
  return pairs.length >= plan.minPairs && high / low <= plan.widthFactor;
}

/** Slower each time from the start: of a gain of a tenth or more, three such pairs in a row are not to be expected. */
function isHopeless(pairs: readonly Pair[]): boolean {
  return pairs.length >= HOPELESS_PAIRS && pairs.every(({ beforeMs, afterMs }) => afterMs > beforeMs);
}

const HOPELESS_PAIRS = 3;

/** More than half of them slower: who saves a tenth is slower in few. */
function isUnpromising(pairs: readonly Pair[]): boolean {
  return pairs.filter(({ beforeMs, afterMs }) => afterMs >= beforeMs).length > pairs.length / 2;
}
