import type { EquivalenceChecks, EquivalenceVerdict } from '../../equivalence/verdict.ts';
import type { Session } from '../../pg/session.ts';
import { compareOnRealData, type RealData } from './compare-real.ts';
import { compareOnStates, MOST_TIMEOUTS } from './compare-states.ts';
import type { Counts, EquivalenceRequest } from './comparing.ts';
import { prepare } from './prepare.ts';

/**
 * Decides whether a rewritten statement gives the same result as the original: the same columns, and the same rows for
 * every parameter set on the real data and on states of a sample that the database would allow: NULLs, duplicates, ties,
 * edges of types, neighbours of constants, empty tables. Deterministic.
 *
 * Both statements have to be queries that may run as probes. Sameness is what no state contradicts: not a proof, and not
 * claimed where the text leaves the result open.
 * @param sandbox a session in a sandbox that was filled with a sample, with the settings of the source; outside of a
 *   transaction. What is made up there is rolled back.
 * @param real where the statements run on all data; null: nowhere
 */
export async function checkEquivalence(
  sandbox: Session,
  real: RealData | null,
  request: EquivalenceRequest,
  signal: AbortSignal,
): Promise<EquivalenceVerdict> {
  const checks: Counts = {
    states: 0,
    parameterSets: 0,
    comparisons: 0,
    withRows: 0,
    onRealData: 0,
    originalRaised: 0,
    timedOut: 0,
    forbidden: 0,
  };
  const comparing = await prepare(sandbox, request);
  if ('reason' in comparing) return { verdict: 'incomparable', reason: comparing.reason, checks };
  if ('state' in comparing) return { verdict: 'differs', counterExample: comparing, checks };
  checks.parameterSets = comparing.parameterSets.length;
  const onReal = real === null ? null : await compareOnRealData(real, comparing, checks, signal);
  const { withRows: withRealRows } = checks;
  const counterExample = onReal ?? (await compareOnStates(sandbox, comparing, checks, signal));
  if (counterExample !== null) return { verdict: 'differs', counterExample, checks };
  const reason = comparing.open ?? tooSlow(checks) ?? emptyHanded(checks, withRealRows);
  return reason === null ? { verdict: 'same', checks } : { verdict: 'incomparable', reason, checks };
}

function tooSlow({ timedOut }: EquivalenceChecks): string | null {
  return timedOut < MOST_TIMEOUTS
    ? null
    : 'the statements take too long to be compared on all states of the data';
}

/** Rows of the real data alone show nothing: they are as innocent as they are. */
function emptyHanded({ withRows, originalRaised }: EquivalenceChecks, withRealRows: number): string | null {
  if (withRows > withRealRows) return null;
  return originalRaised > 0
    ? 'the original raises an error wherever it finds rows'
    : 'the original returns no row on any made-up state of the data';
}
