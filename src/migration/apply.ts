import type { IndexDefinition } from '../change.ts';
import { findIndex, matchesDefinition } from '../pg/catalog/index-state.ts';
import type { Session } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';
import { recordIntent, recordState } from './ledger.ts';
import type { Migration } from './migration.ts';

/** Two sessions: one writes the ledger and cleans up, the other works and may be cancelled at any moment. */
export interface ApplySessions {
  readonly ledger: Session;
  readonly worker: Session;
}

export interface ApplyOrigin {
  readonly taskFile: string;
  readonly itemId: string;
  readonly environment: string;
}

/**
 * Applies one migration: intent in the ledger, the statements, the postcondition, the result in the ledger.
 * When anything fails, an index that this migration began is removed again, the ledger says `failed`, and the
 * error goes on to the caller. A process that dies here leaves `running` behind, for `reconcile`.
 */
export async function applyMigration(
  sessions: ApplySessions,
  migration: Migration,
  origin: ApplyOrigin,
): Promise<void> {
  const { ledger, worker } = sessions;
  await recordIntent(ledger, migration, origin, worker);
  try {
    if (migration.steps.every((step) => step.transactional)) await applyTogether(worker, migration);
    else await applyAlone(worker, migration);
    for (const step of migration.steps) if (step.builds !== null) await requireValid(ledger, step.builds);
    await recordState(ledger, migration.name, 'applied');
  } catch (error) {
    for (const step of migration.steps) if (step.builds !== null) await removeBuilt(ledger, step.builds);
    await recordState(
      ledger,
      migration.name,
      'failed',
      error instanceof Error ? error.message : String(error),
    );
    throw error;
  }
}

/** Undoes a migration that this runner applied: its down statements, one by one. */
export async function revertMigration(sessions: ApplySessions, migration: Migration): Promise<void> {
  for (const step of migration.steps.toReversed()) {
    if (step.down !== null) await sessions.worker.query(step.down);
  }
  await recordState(sessions.ledger, migration.name, 'reverted');
}

async function applyTogether(worker: Session, migration: Migration): Promise<void> {
  await worker.query('BEGIN');
  try {
    await worker.query(`SELECT set_config('lock_timeout', '5s', true)`);
    for (const step of migration.steps) await worker.query(step.up);
    await worker.query('COMMIT');
  } catch (error) {
    await worker.query('ROLLBACK');
    throw error;
  }
}

async function applyAlone(worker: Session, migration: Migration): Promise<void> {
  // Any timeout that strikes during a concurrent build leaves an invalid index; it waits without blocking anybody.
  await worker.query(
    `SELECT set_config('lock_timeout', '0', false), set_config('statement_timeout', '0', false),
            set_config('transaction_timeout', '0', false), set_config('idle_in_transaction_session_timeout', '0', false)`,
  );
  for (const step of migration.steps) await worker.query(step.up);
}

async function requireValid(session: Session, definition: IndexDefinition): Promise<void> {
  const found = await findIndex(session, definition.schema, definition.name);
  if (found === null || !found.index.valid || !matchesDefinition(found.index, definition)) {
    throw new Error(`${quoteQualified(definition)} is not there as a valid index after its build`);
  }
}

/**
 * Removes an index that an intent row announced, if it is there as announced. Its name was free when the intent was
 * written, and the keys are compared, so nobody else's index is touched.
 */
export async function removeBuilt(session: Session, definition: IndexDefinition): Promise<boolean> {
  const found = await findIndex(session, definition.schema, definition.name);
  if (found === null || found.table.name !== definition.table || !matchesDefinition(found.index, definition))
    return false;
  await session.query(`DROP INDEX CONCURRENTLY IF EXISTS ${quoteQualified(definition)}`);
  return true;
}
