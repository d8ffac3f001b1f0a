import { setTimeout as pause } from 'node:timers/promises';
import type { Approval } from '../gate/approval.ts';
import { isConnectionLoss, isWorthRetrying } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import type { ApplySessions } from './apply.ts';
import type { BuiltIndex, Intent } from './intent.ts';
import { consumeApproval, recordApplied, recordBuilt } from './ledger.ts';
import type { Migration } from './migration.ts';
import { progressOf } from './postcondition.ts';

/** How long to try for locks that others hold. */
export interface Patience {
  /** For each lock, milliseconds: a waiting strong lock makes even readers queue behind it, so it is short. */
  readonly lockTimeoutMs: number;
  /** For all attempts together, milliseconds. */
  readonly deadlineMs: number;
  readonly clock: () => number;
  /** From 0 to 1: spreads the pauses. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Told before each further attempt. */
  readonly onRetry: (message: string) => void;
}

interface Attempt {
  readonly migration: Migration;
  /** Of its row in the ledger. */
  readonly id: string;
  readonly intents: readonly Intent[];
  /** To be used up together with the work; null where there is nothing to use up. */
  readonly approval: Approval | null;
}

/** Applies a migration in one transaction, again and again while others hold its locks. */
export async function applyTogether(
  sessions: ApplySessions,
  attempt: Attempt,
  patience: Patience,
): Promise<void> {
  const end = patience.clock() + patience.deadlineMs;
  for (let tries = 1; ; tries += 1) {
    try {
      await attemptOnce(sessions, attempt, patience.lockTimeoutMs);
      return;
    } catch (error) {
      if (!isWorthRetrying(error) || patience.clock() >= end) throw error;
      const message = error instanceof Error ? error.message : String(error);
      patience.onRetry(`${message}; attempt ${tries} was rolled back, trying again`);
      // Full jitter: two that met once should not meet again.
      const most = Math.min(100 * 2 ** tries, 5_000);
      await pause(patience.random() * most, undefined, { signal: patience.signal });
    }
  }
}

async function attemptOnce(
  { ledger, worker }: ApplySessions,
  { migration, id, intents, approval }: Attempt,
  lockTimeoutMs: number,
): Promise<void> {
  await worker.control('BEGIN');
  let xid: string | undefined;
  try {
    await worker.query(`SELECT set_config('lock_timeout', $1, true)`, [`${lockTimeoutMs}ms`]);
    if (approval !== null) await consumeApproval(worker, approval);
    for (const step of migration.steps) await worker.query(step.up);
    await recordBuilt(worker, id, await readBuilt(worker, intents));
    await recordApplied(worker, id, approval?.id ?? null);
    const [row] = await worker.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
    xid = row?.xid;
  } catch (error) {
    await worker.control('ROLLBACK').catch(() => undefined);
    throw error;
  }
  try {
    await worker.control('COMMIT');
  } catch (error) {
    // Nobody has said whether it was committed. The server knows: the transaction's id tells.
    if (!isConnectionLoss(error) || xid === undefined || !(await wasCommitted(ledger, xid))) throw error;
  }
}

async function readBuilt(worker: Session, intents: readonly Intent[]): Promise<BuiltIndex[]> {
  const built: BuiltIndex[] = [];
  for (const intent of intents) {
    const progress = intent.type === 'builds' ? await progressOf(worker, intent, []) : null;
    if (progress?.state === 'done' && progress.built !== null) built.push(progress.built);
  }
  return built;
}

/** What became of a transaction whose COMMIT was never answered. Waits while it is still at work. */
async function wasCommitted(session: Session, xid: string): Promise<boolean> {
  for (;;) {
    const [row] = await session.query<{ status: string | null }>(
      'SELECT pg_xact_status($1::xid8) AS status',
      [xid],
    );
    if (row?.status !== 'in progress') return row?.status === 'committed';
    await pause(50);
  }
}
