import { PitstopError } from '../../errors.ts';
import type { Transaction, Workload } from '../../measure/servers/workload.ts';
import { isConnectionLoss, isStatementTimeout, serverError } from '../../pg/failure.ts';
import { withSession, type Session, type SessionSettings } from '../../pg/session.ts';
import type { Target } from '../../pg/target.ts';
import { runTransactions } from './side.ts';

export interface Rehearsed {
  readonly workload: Workload;
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/**
 * Runs each sort of transactions once, where nothing is measured: what fails with these values, or takes longer than a
 * statement may, would end a comparison in its middle. What writes stays: both servers get a copy of it.
 * @throws PitstopError `statement-rejected` where nothing is left
 */
export async function rehearse(
  target: Target,
  workload: Workload,
  { settings, signal }: { readonly settings: SessionSettings; readonly signal: AbortSignal },
): Promise<Rehearsed> {
  const problems = new Map<string, string>();
  await withSession(
    target,
    'rehearsal',
    signal,
    async (session) => {
      for (const transaction of someOfEach(workload)) {
        signal.throwIfAborted();
        const problem = await problemOf(session, transaction, signal);
        if (problem !== null) problems.set(transaction.kind, problem);
      }
    },
    settings,
  );
  if (problems.size === 0) return { workload, notes: [] };
  const left = workload.without(new Set(problems.keys()));
  const notes = [...problems].map(([kind, problem]) => `left out: ${kind}: ${problem}`);
  if (left !== null) return { workload: left, notes };
  throw new PitstopError(
    'statement-rejected',
    `nothing of ${workload.name} can be run: ${notes.join('; ')}`,
    {
      hint: 'Name other statements to measure with.',
    },
  );
}

/** A statement has three sets of values where they were sampled; a mix has hundreds of transactions of a few sorts. */
const MOST_OF_EACH = 3;

function someOfEach(workload: Workload): Transaction[] {
  const seen = new Map<string, number>();
  return workload.transactions(0, 0, workload.shortestRound).filter(({ kind }) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count <= MOST_OF_EACH;
  });
}

async function problemOf(
  session: Session,
  transaction: Transaction,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    await runTransactions(session, [transaction], signal);
    return null;
  } catch (error) {
    const refusal = serverError(error);
    if (signal.aborted || refusal === null || isConnectionLoss(error)) throw error;
    // One of several statements leaves its transaction open.
    await session.control('ROLLBACK');
    return isStatementTimeout(error) ? 'it takes longer than a statement may' : refusal.message;
  }
}
