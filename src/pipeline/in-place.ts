import { readLastAttempts } from '../migration/ledger.ts';
import { progressOf } from '../migration/postcondition.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';

/**
 * Whether an earlier run has proven this very question, and what it applied for it is still there: by the ledger, and
 * by the catalog, since anybody may have dropped an index.
 */
export async function isProvenInPlace(run: RunContext, { earlier, basis }: Dossier): Promise<boolean> {
  if (earlier === null || earlier.migrations.length === 0 || earlier.basis !== basis) return false;
  if (earlier.outcome !== 'proven' && earlier.outcome !== 'applied') return false;
  const attempts = await readLastAttempts(run.control);
  for (const { name } of earlier.migrations) {
    const row = attempts.get(name);
    if (row?.state !== 'applied') return false;
    for (const intent of row.intent) {
      if (intent.type === 'builds' && (await progressOf(run.control, intent, row.built)).state !== 'done')
        return false;
    }
  }
  return true;
}
