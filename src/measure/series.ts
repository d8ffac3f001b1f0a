import { enoughPairs, type SamplingPlan } from './sampling.ts';
import type { Pair, RandomSource } from './statistics.ts';

export interface SeriesContext {
  readonly plan: SamplingPlan;
  readonly random: RandomSource;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/**
 * Takes pairs until they are enough. Each pair swaps who goes first, so that neither side always finds the caches
 * as the other left them.
 */
export async function takePairs(
  before: () => Promise<number>,
  after: () => Promise<number>,
  context: SeriesContext,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const started = context.clock();
  while (!enoughPairs(pairs, context.clock() - started, context.plan, context.random)) {
    context.signal.throwIfAborted();
    if (pairs.length % 2 === 0) {
      const beforeMs = await before();
      pairs.push({ beforeMs, afterMs: await after() });
    } else {
      const afterMs = await after();
      pairs.push({ beforeMs: await before(), afterMs });
    }
  }
  return pairs;
}

/** Takes single runs: as many as the smallest number of pairs, fewer only when the budget is spent. */
export async function takeRuns(run: () => Promise<number>, context: SeriesContext): Promise<number[]> {
  const runs: number[] = [];
  const started = context.clock();
  while (runs.length < context.plan.minPairs) {
    context.signal.throwIfAborted();
    runs.push(await run());
    const spent = context.clock() - started >= context.plan.budgetMs;
    if (spent && runs.length >= Math.min(3, context.plan.fewestPairs)) break;
  }
  return runs;
}
