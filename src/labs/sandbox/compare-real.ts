import type { CounterExample } from '../../equivalence/verdict.ts';
import { readOnlySnapshot } from '../../pg/execute.ts';
import type { Session } from '../../pg/session.ts';
import type { Comparing, Counts } from './comparing.ts';
import { compareOnce } from './run-both.ts';

/** Where all the data is: the target, or a sandbox that holds everything. */
export interface RealData {
  readonly session: Session;
  /** One statement. */
  readonly cutoffMs: number;
  /** Milliseconds after which no further parameter set is begun; those that were given are all tried. */
  readonly budgetMs: number;
  readonly clock: () => number;
}

/** Compares on the real data, each pair of executions in one snapshot, which others do not change. */
export async function compareOnRealData(
  { session, cutoffMs, budgetMs, clock }: RealData,
  comparing: Comparing,
  checks: Counts,
  signal: AbortSignal,
): Promise<CounterExample | null> {
  const deadline = clock() + budgetMs;
  for (const { values, columns } of comparing.parameterSets) {
    signal.throwIfAborted();
    if (columns.length > 0 && clock() > deadline) break;
    const before = checks.comparisons;
    const counterExample = await readOnlySnapshot(session, cutoffMs, () =>
      compareOnce(session, savepoint(session), comparing, 'the data as it is', values, checks),
    );
    checks.onRealData += checks.comparisons - before;
    if (counterExample !== null) return counterExample;
  }
  return null;
}

/** Runs work that may fail, and leaves the transaction as it was. */
function savepoint(session: Session) {
  return async (work: () => Promise<void>): Promise<void> => {
    await session.control('SAVEPOINT pitstop_compare');
    try {
      await work();
    } catch (error) {
      await session.control('ROLLBACK TO SAVEPOINT pitstop_compare');
      throw error;
    }
  };
}
