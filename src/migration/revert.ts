import { inTransaction } from '../pg/transaction.ts';
import type { ApplySessions } from './apply.ts';
import { recordState, type LedgerRow } from './ledger.ts';
import { removeBuilt } from './postcondition.ts';

/**
 * Takes back an attempt that built indexes and nothing else: the very objects, by id and definition. False where it did
 * anything else, so that only its down file, through the gate, can undo it.
 */
export async function takeBack({ ledger, worker }: ApplySessions, row: LedgerRow): Promise<boolean> {
  if (!isUndoneByRemoval(row)) return false;
  for (const index of row.built.toReversed()) await removeBuilt(worker, index);
  await recordState(ledger, row.id, 'reverted');
  return true;
}

/** Whether removing what it built is all there is to undo: the one case in which nobody has to be asked. */
export function isUndoneByRemoval({ intent, built }: LedgerRow): boolean {
  const builds = intent.filter(({ type }) => type === 'builds');
  return (
    builds.length === built.length && intent.every(({ type }) => type === 'builds' || type === 'nothing')
  );
}

/** Runs down statements that the gate has let through, and marks the attempt. */
export async function runDown(
  { ledger, worker }: ApplySessions,
  row: LedgerRow,
  statements: readonly { readonly up: string; readonly transactional: boolean }[],
): Promise<void> {
  if (statements.every(({ transactional }) => transactional)) {
    await inTransaction(worker, async () => {
      for (const { up } of statements) await worker.query(up);
      await recordState(worker, row.id, 'reverted');
    });
    return;
  }
  for (const { up } of statements) await worker.query(up);
  await recordState(ledger, row.id, 'reverted');
}
