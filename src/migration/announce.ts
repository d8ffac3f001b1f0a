import type { SqlStep } from '../change.ts';
import { Blocked } from '../outcome.ts';
import { findIndex } from '../pg/catalog/index-state.ts';
import { readRelation } from '../pg/catalog/relations.ts';
import type { Session } from '../pg/session.ts';
import { droppedIndex } from '../sql/dropped-index.ts';
import { namedIndex } from '../sql/named-index.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { Intent } from './intent.ts';

/**
 * What a step is about to do, checked against the catalog: the name of a new index is free, and an index that goes is
 * the very one that was meant. Ends the item where that does not hold; nothing has been sent then.
 */
export async function announce(session: Session, step: SqlStep): Promise<Intent> {
  if (step.leavesNothing) return { type: 'nothing' };
  if (step.builds !== null) {
    await requireFree(session, step.builds);
    return { type: 'builds', ...step.builds };
  }
  if (step.removes !== null) return announceRemoval(session, step.removes);
  return announceText(session, step.up);
}

async function announceRemoval(session: Session, index: NonNullable<SqlStep['removes']>): Promise<Intent> {
  const found = await findIndex(session, index.schema, index.name);
  if (found?.index.oid === index.oid && found.index.definition === index.definition)
    return { type: 'removes', ...index };
  const what = found === null ? 'is gone already' : 'is another index by now';
  throw new Blocked('failed', 'apply-failed', `${quoteQualified(index)} ${what}; nothing was changed`);
}

/** Somebody's own statement: the indexes that it names can be followed, anything else cannot. */
async function announceText(session: Session, sql: string): Promise<Intent> {
  const built = namedIndex(sql);
  if (built !== null) {
    const table = await readRelation(session, { schema: built.schema, name: built.table });
    if (table === null) return { type: 'unknown', statement: sql };
    const index = { schema: table.schema, table: table.name, name: built.name };
    // IF NOT EXISTS calls an index that is there a success, also one that a failed build has left invalid.
    if (built.ifNotExists && (await findIndex(session, index.schema, index.name))?.index.valid === true)
      return { type: 'nothing' };
    await requireFree(session, index);
    return { type: 'builds', ...index, keys: null };
  }
  const dropped = droppedIndex(sql);
  if (dropped === null) return { type: 'unknown', statement: sql };
  const found = await findIndex(session, dropped.schema, dropped.name);
  if (found === null) return { type: 'nothing' };
  const { oid, schema, name, definition } = found.index;
  return { type: 'removes', oid, schema, name, definition };
}

async function requireFree(
  session: Session,
  index: { readonly schema: string; readonly name: string },
): Promise<void> {
  const [taken] = await session.query<{ valid: boolean | null }>(
    `SELECT (SELECT indisvalid FROM pg_index WHERE indexrelid = c.oid) AS valid
       FROM pg_class c WHERE c.oid = to_regclass($1)`,
    [quoteQualified(index)],
  );
  if (taken === undefined) return;
  const what =
    taken.valid === false
      ? 'an invalid index of that name, left by a failed build,'
      : 'something else of that name';
  throw new Blocked(
    'failed',
    'apply-failed',
    `${quoteQualified(index)} cannot be built: ${what} already exists`,
  );
}
