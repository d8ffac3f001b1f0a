import type { Approval } from '../gate/approval.ts';
import { isConnectionLoss } from '../pg/failure.ts';
import { inTransaction } from '../pg/transaction.ts';
import { announce } from './announce.ts';
import { applyAlone } from './apply-alone.ts';
import type { ApplySessions } from './apply-sessions.ts';
import { applyTogether, type Patience } from './apply-together.ts';
import type { Intent } from './intent.ts';
import { consumeApproval, recordIntent, recordState, type ApplyOrigin } from './ledger.ts';
import { isTransactional } from './formats/text.ts';
import type { Migration } from './migration.ts';
import { messageOf, undoUnfinished } from './undo.ts';

/** What a migration is applied under. */
export interface ApplyTerms {
  readonly origin: ApplyOrigin;
  /** Null where the gate allows the migration. */
  readonly approval: Approval | null;
  /** An approval is for a change: its first migration uses it up, the others only name it. */
  readonly consume: boolean;
  /** The attempt that is taken back; null where something is applied. */
  readonly reverts: string | null;
  readonly patience: Patience;
}

/**
 * Applies one migration: intent in the ledger, the statements, the postcondition, the result in the ledger.
 * When anything fails, an index that this migration began is removed again, the ledger says what is left, and the
 * error goes on to the caller. A process that dies here leaves `running` behind, for `reconcile`.
 *
 * What can run in a transaction does so together with its mark in the ledger and the consumption of its approval, so
 * that all of it is there or nothing. For anything else the approval is consumed before the first statement is sent.
 */
export async function applyMigration(
  sessions: ApplySessions,
  migration: Migration,
  { origin, approval, consume, reverts, patience }: ApplyTerms,
): Promise<void> {
  const { ledger, worker } = sessions;
  const together = isTransactional(migration);
  const intents: Intent[] = [];
  for (const step of migration.steps) intents.push(await announce(ledger, step));
  const id = await inTransaction(ledger, async () => {
    const usedNow = approval !== null && consume && !together;
    if (usedNow) await consumeApproval(ledger, approval);
    const namedNow = usedNow || !consume ? (approval?.id ?? null) : null;
    return recordIntent(ledger, migration, intents, { origin, worker, reverts, approvalId: namedNow });
  });
  try {
    if (together)
      await applyTogether(
        sessions,
        { migration, id, intents, approval: consume ? approval : null },
        patience,
      );
    else await applyAlone(sessions, migration, id, intents);
  } catch (error) {
    // With the connection gone nobody knows whether the server is still at work: the next run waits, and looks.
    if (isConnectionLoss(error)) throw error;
    if (together) await recordState(ledger, id, 'failed', messageOf(error));
    else await undoUnfinished(ledger, id, intents, error);
    throw error;
  }
}
