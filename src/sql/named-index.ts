import { statementsOrNone } from './parse.ts';

/** The index that a text builds, where it is one `CREATE INDEX` that names it; else null. */
export function namedIndex(sql: string): {
  readonly schema: string | null;
  readonly table: string;
  readonly name: string;
  readonly ifNotExists: boolean;
} | null {
  const [only, ...others] = statementsOrNone(sql);
  if (only === undefined || others.length > 0 || !('IndexStmt' in only.tree)) return null;
  const { idxname, relation, if_not_exists: ifNotExists = false } = only.tree.IndexStmt;
  if (idxname === undefined || relation?.relname === undefined) return null;
  return { schema: relation.schemaname ?? null, table: relation.relname, name: idxname, ifNotExists };
}
