import { readLastAttempts } from '../migration/ledger.ts';
import type { Migration } from '../migration/migration.ts';
import { Blocked } from '../outcome.ts';
import { statementsOrNone, type Statement } from '../sql/parse.ts';
import { nodesOf } from '../sql/walk.ts';
import type { RunContext } from './context.ts';

/**
 * The end of a migration that was cut short where nobody can tell how far it came: null where the ledger does not say so.
 * Nothing of it was undone.
 */
export async function needsRepair(
  run: RunContext,
  { name, steps }: Pick<Migration, 'name' | 'steps'>,
  error: unknown,
): Promise<Blocked | null> {
  if ((await readLastAttempts(run.control)).get(name)?.state !== 'needs-repair') return null;
  const said = error instanceof Error ? error.message : String(error);
  const ways = steps.flatMap(({ up }) => statementsOrNone(up).map(wayOf));
  return new Blocked(
    'failed',
    'needs-repair',
    `the server says: ${said}; it was cut short, and the catalog does not tell how far it came. ${ways.join(' ')} Then try it again: pitstop apply ${name}`,
  );
}

/** What a person has to look for. */
function wayOf({ tree, sql }: Statement): string {
  if ('ReindexStmt' in tree)
    return 'Look for invalid indexes whose names end in _ccnew or _ccold, and remove them with DROP INDEX CONCURRENTLY.';
  const detaches = [...nodesOf(tree)].some(({ fields }) => fields['subtype'] === 'AT_DetachPartition');
  if (detaches)
    return 'Look in pg_inherits whether the partition is pending detach (inhdetachpending), and finish it with ALTER TABLE … DETACH PARTITION … FINALIZE.';
  return `Look what is left of: ${sql}.`;
}
