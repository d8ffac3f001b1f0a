import type { IndexElem } from '@pgsql/types';
import type { IndexDefinition, IndexKeyDefinition } from '../change.ts';
import type { ResolvedRelation } from '../facts.ts';
import { parseStatements, SqlSyntaxError } from '../sql/parse.ts';
import { indexName } from './name.ts';

/**
 * The index that a text proposes, where it is one `CREATE INDEX` of a plain B-tree on columns of a table that the
 * statement uses; null for anything else. Its name is kept where it is free.
 */
export function proposedIndex(
  sql: string,
  relations: readonly ResolvedRelation[],
  taken: ReadonlySet<string>,
): IndexDefinition | null {
  const statement = onlyIndexStatement(sql);
  if (statement === null) return null;
  const {
    relation: target,
    indexParams = [],
    accessMethod = 'btree',
    unique,
    whereClause,
    tableSpace,
    indexIncludingParams = [],
    options = [],
  } = statement;
  const plain =
    accessMethod === 'btree' &&
    !unique &&
    whereClause === undefined &&
    tableSpace === undefined &&
    indexIncludingParams.length + options.length === 0;
  const keys = indexParams.map((param) => ('IndexElem' in param ? plainKey(param.IndexElem) : null));
  const relation = relations.find(
    ({ relation: { schema, name } }) =>
      name === target?.relname && (target.schemaname === undefined || target.schemaname === schema),
  )?.relation;
  if (!plain || relation === undefined || keys.length === 0 || keys.includes(null)) return null;

  const known = keys.flatMap((key) => (key === null ? [] : [key]));
  if (!known.every((key) => relation.columns.some(({ name, sortable }) => sortable && name === key.column)))
    return null;
  const { schema, name: table } = relation;
  const isTaken = (name: string) => taken.has(`${schema}.${name}`);
  const columns = known.map(({ column }) => column);
  const wished = statement.idxname;
  const name = wished !== undefined && !isTaken(wished) ? wished : indexName(table, columns, isTaken);
  return { schema, table, name, keys: known };
}

function onlyIndexStatement(sql: string) {
  try {
    const [only, ...others] = parseStatements(sql);
    return only !== undefined && others.length === 0 && 'IndexStmt' in only.tree ? only.tree.IndexStmt : null;
  } catch (error) {
    if (error instanceof SqlSyntaxError) return null;
    throw error;
  }
}

function plainKey(element: IndexElem): IndexKeyDefinition | null {
  const { name, expr, collation = [], opclass = [], ordering, nulls_ordering: nulls } = element;
  if (name === undefined || expr !== undefined || collation.length + opclass.length > 0) return null;
  const descending = ordering === 'SORTBY_DESC';
  const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (nulls !== 'SORTBY_NULLS_LAST' && descending);
  return { column: name, descending, nullsFirst };
}
