import { readAppliedOf, readLastAttempts, type LedgerRow } from '../migration/ledger.ts';
import type { Migration } from '../migration/migration.ts';
import { progressOf } from '../migration/postcondition.ts';
import { findIndex } from '../pg/catalog/index-state.ts';
import type { RunContext } from './context.ts';
import { asksRewrite } from './adopted.ts';
import type { Dossier } from './dossier.ts';
import type { RememberedEvidence, RememberedMigration } from './remembered.ts';

/**
 * Whether an earlier run has proven this very question, and what it did for it is still there: migrations by the ledger,
 * and by the catalog, since anybody may have dropped an index; a rewrite in the file that it was put into.
 */
export async function isProvenInPlace(run: RunContext, dossier: Dossier): Promise<boolean> {
  const { earlier, basis } = dossier;
  if (earlier === null || (earlier.outcome !== 'proven' && earlier.outcome !== 'applied')) return false;
  const isAskedStill = earlier.migrations.length > 0 && earlier.basis === basis;
  return (isAskedStill || asksRewrite(dossier)) && allHold(run, earlier);
}

/** What was applied for an item before it was handed over, and is there still. */
export async function appliedBefore(
  run: RunContext,
  { earlier }: Dossier,
): Promise<readonly RememberedMigration[]> {
  if (earlier === null || earlier.outcome !== 'handed-over' || earlier.migrations.length === 0) return [];
  return (await allHold(run, earlier)) ? earlier.migrations : [];
}

function allHold(run: RunContext, { migrations }: RememberedEvidence): Promise<boolean> {
  return everyHolds(
    run,
    migrations.map(({ name }) => name),
  );
}

/** Whether exactly these migrations are in force: their bytes, by the ledger, and their indexes, by the catalog. */
export async function isInForce(run: RunContext, migrations: readonly Migration[]): Promise<boolean> {
  const applied = await readAppliedOf(run.control, migrations);
  return applied.size === migrations.length && everyHolds(run, [...applied]);
}

async function everyHolds(run: RunContext, names: readonly string[]): Promise<boolean> {
  const attempts = await readLastAttempts(run.control);
  for (const name of names) {
    const row = attempts.get(name);
    if (row?.state !== 'applied' || !(await holds(run, row))) return false;
  }
  return true;
}

/** What was built is there, and what was removed has not come back under its name. */
async function holds({ control }: RunContext, { intent: intents, built }: LedgerRow): Promise<boolean> {
  for (const intent of intents) {
    if (intent.type === 'builds' && (await progressOf(control, intent, built)).state !== 'done') return false;
    if (intent.type === 'removes' && (await findIndex(control, intent.schema, intent.name)) !== null)
      return false;
  }
  return true;
}
