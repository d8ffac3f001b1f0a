import { readLedger } from '../migration/ledger.ts';
import { findIndex, matchesDefinition } from '../pg/catalog/index-state.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';

/**
 * Whether an earlier run has proven this very question, and what it applied for it is still there: by the ledger, and
 * by the catalog, since anybody may have dropped an index.
 */
export async function isProvenInPlace(run: RunContext, { earlier, basis }: Dossier): Promise<boolean> {
  if (earlier === null || earlier.migrations.length === 0 || earlier.basis !== basis) return false;
  if (earlier.outcome !== 'proven' && earlier.outcome !== 'applied') return false;
  const rows = await readLedger(run.control);
  for (const { name } of earlier.migrations) {
    const row = rows.find((other) => other.name === name);
    if (row?.state !== 'applied') return false;
    for (const definition of row.intent) {
      const found = await findIndex(run.control, definition.schema, definition.name);
      if (found === null || !found.index.valid || !matchesDefinition(found.index, definition)) return false;
    }
  }
  return true;
}
