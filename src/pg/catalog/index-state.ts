import type { IndexDefinition, IndexElement } from '../../change.ts';
import type { IndexFacts, IndexKey } from '../../facts.ts';
import type { Session } from '../session.ts';
import { readRelation } from './relations.ts';

export interface FoundIndex {
  readonly table: { readonly schema: string; readonly name: string };
  readonly index: IndexFacts;
  /** All indexes of the table, this one included. */
  readonly siblings: readonly IndexFacts[];
}

/** The index of that schema and name, whatever table it is on, with its table; null where there is none. */
export async function findIndex(
  session: Session,
  schema: string | null,
  name: string,
): Promise<FoundIndex | null> {
  const [row] = await session.query<{ schema: string; table: string; index: string }>(
    `SELECT tn.nspname AS schema, t.relname AS table, c.relname AS index
       FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_index i ON i.indexrelid = c.oid
       JOIN pg_class t ON t.oid = i.indrelid
       JOIN pg_namespace tn ON tn.oid = t.relnamespace
      WHERE c.relname = $2 AND CASE WHEN $1::text IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = $1 END`,
    [schema, name],
  );
  if (row === undefined) return null;
  const table = { schema: row.schema, name: row.table };
  const relation = await readRelation(session, table);
  const index = relation?.indexes.find((candidate) => candidate.name === row.index);
  return index === undefined ? null : { table, index, siblings: relation?.indexes ?? [] };
}

/**
 * Whether the catalog's index is the one that was announced: same method, same columns, nothing beside. The catalog
 * prints expressions and predicates in words of its own, so of these only that there are some is compared.
 */
export function matchesDefinition(index: IndexFacts, definition: IndexDefinition): boolean {
  const { method = 'btree', include = [], predicate, keys } = definition;
  return (
    index.method === method &&
    !index.unique &&
    (index.predicate === null) === (predicate === undefined) &&
    index.included.join() === include.join() &&
    index.keys.length === keys.length &&
    index.keys.every((key, position) => {
      const wanted = keys[position];
      return wanted !== undefined && matchesKey(key, wanted);
    })
  );
}

function matchesKey(key: IndexKey, wanted: IndexElement): boolean {
  const named = wanted.operatorClass?.split('.').at(-1)?.replaceAll('"', '');
  const operators =
    named === undefined ? wanted.column === null || key.defaultOperators : key.operatorClass === named;
  return (
    operators &&
    key.column === wanted.column &&
    key.descending === wanted.descending &&
    key.nullsFirst === wanted.nullsFirst
  );
}
