import type { Round } from './changes.ts';
import type { Transaction, Workload } from './workload.ts';

/** How long a comparison takes. */
export interface ComparisonPlan {
  /** Wall-clock time for all rounds. The fewest pairs are taken also where they need more. */
  readonly budgetMs: number;
  readonly fewestPairs: number;
  readonly mostPairs: number;
}

/** Five pairs that all point one way do so by accident in one of sixteen cases. */
export const DEFAULT_COMPARISON: ComparisonPlan = { budgetMs: 60_000, fewestPairs: 5, mostPairs: 12 };

/** Shares of the budget at whose end no further pair of equals, or of before and after, is begun; then come single settings. */
export const PHASES = { alike: 0.3, compared: 0.7 };

/** Rounds of both sides that the budget has to hold: those of both phases at their fewest, and to warm up. */
function roundsOf({ fewestPairs }: ComparisonPlan): number {
  return 2 * (2 * fewestPairs + 2 * MOST_WARM_UPS);
}

export const MOST_WARM_UPS = 3;

/**
 * How many transactions a round has, by one that was run: the workload's own number, or fewer where the budget does not
 * hold that many rounds.
 */
export function roundLength(workload: Workload, tried: Round, plan: ComparisonPlan): number {
  const { shortestRound, roundLength: longest } = workload;
  const eachMs = tried.elapsedMs / Math.max(1, tried.transactions);
  const affordable = (plan.budgetMs * PHASES.compared) / roundsOf(plan) / eachMs;
  const whole = Math.floor(affordable / shortestRound) * shortestRound;
  return Math.min(longest, Math.max(shortestRound, whole));
}

/** Whether the memory of a server holds what it can hold: the last round read hardly less than the one before. */
export function isWarm(rounds: readonly Round[]): boolean {
  const [last, earlier] = rounds
    .toReversed()
    .map(({ counted, transactions }) => counted.blocksRead / transactions);
  if (last === undefined || rounds.length >= MOST_WARM_UPS) return last !== undefined;
  return last === 0 || (earlier !== undefined && last > earlier * STILL_WARMING);
}

const STILL_WARMING = 0.8;

/** The transactions of a round for each client; the same number gives the same ones. */
export function transactionsOf(workload: Workload, round: number, length: number): Transaction[][] {
  const each = Math.max(1, Math.round(length / workload.clients));
  return Array.from({ length: workload.clients }, (_, client) => workload.transactions(round, client, each));
}
