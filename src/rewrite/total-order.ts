import type { Node } from '@pgsql/types';
import { uniqueKeys } from '../advisor/unique-keys.ts';
import { wordOf } from './output-order.ts';
import type { Entry, Lead, Query, Statement } from './statement.ts';

/** A key of ORDER BY that is a column. */
export interface SortKey {
  readonly lead: Lead;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** What a query sorts by, where all of it is columns of its own; null otherwise. */
export function sortKeysOf(query: Query, statement: Statement): SortKey[] | null {
  const keys = (query.select.sortClause ?? []).map((node): SortKey | null => {
    if (!('SortBy' in node) || node.SortBy.node === undefined || node.SortBy.useOp !== undefined) return null;
    const lead = sortedColumn(node.SortBy.node, query, statement);
    if (lead?.query !== query) return null;
    const descending = node.SortBy.sortby_dir === 'SORTBY_DESC';
    const nulls = node.SortBy.sortby_nulls;
    const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (descending && nulls !== 'SORTBY_NULLS_LAST');
    return { lead, descending, nullsFirst };
  });
  return keys.includes(null) ? null : keys.flatMap((key) => key ?? []);
}

/** An ordinal, the name of an output column, or a column. */
function sortedColumn(key: Node, query: Query, statement: Statement): Lead | null {
  const direct = statement.leads.get(key);
  if (direct !== undefined) return direct;
  const targets = query.select.targetList ?? [];
  const ordinal = 'A_Const' in key ? key.A_Const.ival?.ival : undefined;
  const word = wordOf(key);
  const named = targets.filter(
    (node) => 'ResTarget' in node && word !== null && node.ResTarget.name === word,
  );
  const found = ordinal === undefined ? (named.length === 1 ? named[0] : undefined) : targets[ordinal - 1];
  // With a star before it an ordinal counts other columns.
  if (found === undefined || !('ResTarget' in found) || found.ResTarget.val === undefined) return null;
  const plain = targets.every(
    (node) => 'ResTarget' in node && node.ResTarget.val !== undefined && !isStar(node.ResTarget.val),
  );
  return ordinal !== undefined && !plain ? null : (statement.leads.get(found.ResTarget.val) ?? null);
}

const isStar = (val: Node): boolean =>
  'ColumnRef' in val && (val.ColumnRef.fields ?? []).some((field) => 'A_Star' in field);

/** Whether no two rows of an entry agree in these columns. Not told where the statement renames them. */
export function tellsApart({ node, relation, only }: Entry, columns: readonly string[]): boolean {
  const renames = 'RangeVar' in node && (node.RangeVar.alias?.colnames ?? []).length > 0;
  return (
    !renames &&
    relation !== null &&
    uniqueKeys(relation, only).some((key) => key.every((column) => columns.includes(column)))
  );
}
