import { findIndex, matchesDefinition, type FoundIndex } from '../pg/catalog/index-state.ts';
import type { Session } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { BuildIntent, BuiltIndex, Intent } from './intent.ts';

/** How far an announced step has come, by the catalog alone. */
export type Progress =
  | { readonly state: 'done'; readonly built: BuiltIndex | null }
  /** Ours, and to be removed or finished. */
  | { readonly state: 'half'; readonly index: BuiltIndex }
  | { readonly state: 'untouched' }
  /** Something of that name that is not what was announced. */
  | { readonly state: 'foreign'; readonly message: string }
  | { readonly state: 'unclear'; readonly message: string };

/** @param recorded the index that the attempt was seen building, where it was seen: no other counts as its own then */
export async function progressOf(
  session: Session,
  intent: Intent,
  recorded: readonly BuiltIndex[],
): Promise<Progress> {
  switch (intent.type) {
    case 'builds':
      return progressOfBuild(session, intent, recorded);
    case 'removes': {
      const state = await readIndexByOid(session, intent.oid);
      if (state === null) return { state: 'done', built: null };
      if (state.definition !== intent.definition) {
        const message = `${quoteQualified(intent)} is not the index any more that was to be removed; it was left alone`;
        return { state: 'foreign', message };
      }
      return state.valid ? { state: 'untouched' } : { state: 'half', index: intent };
    }
    case 'nothing':
      return { state: 'untouched' };
    case 'unknown':
      return { state: 'unclear', message: `whether this took effect cannot be told: ${intent.statement}` };
  }
}

async function progressOfBuild(
  session: Session,
  intent: BuildIntent,
  recorded: readonly BuiltIndex[],
): Promise<Progress> {
  const found = await findIndex(session, intent.schema, intent.name);
  if (found === null) return { state: 'untouched' };
  const built = builtOf(found);
  const seen = recorded.find(({ name, schema }) => name === intent.name && schema === intent.schema);
  if (!isAnnounced(found, intent) || (seen !== undefined && seen.oid !== built.oid)) {
    const message = `${quoteQualified(intent)} exists, but not as an earlier run announced it; it was left alone`;
    return { state: 'foreign', message };
  }
  return found.index.valid ? { state: 'done', built } : { state: 'half', index: built };
}

function builtOf({ index: { oid, schema, name, definition } }: FoundIndex): BuiltIndex {
  return { oid, schema, name, definition };
}

function isAnnounced(found: FoundIndex, intent: BuildIntent): boolean {
  return (
    found.table.schema === intent.schema &&
    found.table.name === intent.table &&
    (intent.keys === null || matchesDefinition(found.index, { ...intent, keys: intent.keys }))
  );
}

async function readIndexByOid(session: Session, oid: number) {
  const [row] = await session.query<{ valid: boolean; definition: string }>(
    `SELECT indisvalid AND indisready AND indislive AS valid, pg_get_indexdef(indexrelid) AS definition
       FROM pg_index WHERE indexrelid = $1::oid`,
    [oid],
  );
  return row ?? null;
}

/**
 * Removes an index that an attempt built: the very object, by its id and its definition, which names it. False where
 * that object does not exist any more, or was renamed or replaced.
 */
export async function removeBuilt(session: Session, index: BuiltIndex): Promise<boolean> {
  if (!(await isStillThere(session, index))) return false;
  await session.query(`DROP INDEX CONCURRENTLY ${quoteQualified(index)}`);
  return true;
}

/** Whether the very object exists that an attempt built, under the name that it had. */
export async function isStillThere(session: Session, index: BuiltIndex): Promise<boolean> {
  return (await readIndexByOid(session, index.oid))?.definition === index.definition;
}
