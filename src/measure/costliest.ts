/** What one of several statements takes. */
export interface StatementCost {
  /** Of one execution; null where it was not executed. Where it was stopped, a lower bound. */
  readonly ms: number | null;
  readonly stopped: boolean;
  /** The planner's, of the first parameter set; null where there is no plan. */
  readonly costUnits: number | null;
}

/**
 * The place of the one that costs most; null where none can be compared. Times decide where there is one; of those that were
 * stopped, whose order nobody knows, the planner's costs do, as they do where nothing was executed.
 */
export function costliest(statements: readonly StatementCost[]): number | null {
  const known = [...statements.entries()].filter(
    ([, { ms, costUnits }]) => ms !== null || costUnits !== null,
  );
  return known.toSorted(([, one], [, other]) => compare(one, other))[0]?.[0] ?? null;
}

function compare(one: StatementCost, other: StatementCost): number {
  const [timed, otherTimed] = [one.ms !== null, other.ms !== null];
  if (timed !== otherTimed) return timed ? -1 : 1;
  const byPlan = (other.costUnits ?? 0) - (one.costUnits ?? 0);
  if (one.stopped && other.stopped) return byPlan;
  return (other.ms ?? 0) - (one.ms ?? 0) || byPlan;
}

/** The time for the next of several that share what is left of a budget: none waits for all that came before it. */
export function shareOf(leftMs: number, statements: number, cutoffMs: number): number {
  return Math.max(0, Math.min(cutoffMs, Math.floor(leftMs / Math.max(1, statements))));
}
