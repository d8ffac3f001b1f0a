import type { Node } from '@pgsql/types';
import { functionsOf } from '../sql/probe.ts';
import { maySetReturn } from '../sql/pure-functions.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';
import { derivedTable, selectOf } from './derived-table.ts';
import { and, looseScanOf, steps } from './loose-scan.ts';
import { columnRef, nullTest } from './nodes.ts';
import { unionAll } from './or-branches.ts';
import { hasAggregate, isPlainSelect } from './simple-query.ts';
import type { Lead, Query, SelectStmt, Statement } from './statement.ts';
import { query as template } from './template.ts';
import { tellsApart } from './total-order.ts';
import { freshName, onlyEntry } from './transplant.ts';

/** The first row of each group of a table's rows: which of them that is, the order leaves no doubt about. */
export interface Latest {
  readonly query: Query;
  /** What the rows are, without what picks the first: neither DISTINCT ON nor ORDER BY nor the row's number. */
  readonly rows: SelectStmt;
  readonly keys: readonly { readonly node: Node; readonly lead: Lead }[];
  /** What decides within a group. */
  readonly order: readonly Node[];
}

/** Null where equal rows could be first, or the rows are not simply those of one table. */
export function latestOf(latest: Latest, statement: Statement): Latest | null {
  const { query, rows, keys, order } = latest;
  const entry = onlyEntry(query);
  const columns = order.map((node) => {
    const sorted = 'SortBy' in node && node.SortBy.useOp === undefined ? node.SortBy.node : undefined;
    return sorted === undefined ? undefined : statement.leads.get(sorted);
  });
  const all = [...keys.map(({ lead }) => lead), ...columns];
  if (entry === null || keys.length === 0 || !all.every((lead) => lead?.entry === entry)) return null;
  if (
    !tellsApart(
      entry,
      all.flatMap((lead) => lead?.column.name ?? []),
    )
  )
    return null;
  const plain = isPlainSelect(rows) && rows.sortClause === undefined && !hasAggregate(rows.targetList);
  return plain && !functionsOf(rows.targetList).some(maySetReturn) ? latest : null;
}

/** `SELECT DISTINCT ON (key …) … ORDER BY key …, …` */
export function asDistinctOn({ rows, keys, order }: Latest): SelectStmt {
  const sortClause = [...keys.map(({ node }) => ascending(node)), ...order];
  return selectOf({ ...rows, distinctClause: keys.map(({ node }) => node), sortClause });
}

/**
 * The keys found by steps through an index, and the first row of each by a look into it. The row for NULL comes from a
 * branch of its own. In no order.
 */
export function asLateral(
  { query, rows, keys, order }: Latest,
  statement: Statement,
): { readonly select: SelectStmt; readonly key: Node; readonly nullable: boolean } | null {
  const [key, more] = keys;
  const scan = key === undefined || more !== undefined ? null : looseScanOf(query, key.lead, statement);
  const found = scan === null ? null : steps(scan);
  if (scan === null || found === null) return null;
  const alias = freshName('latest', statement.taken);
  const value = columnRef(found.name, 'value');
  const sorted = order.length > 0 ? { sortClause: [...order] } : {};
  const limit = { limitCount: ONE, limitOption: 'LIMIT_OPTION_COUNT' } as const;
  const first = (condition: Node): SelectStmt =>
    selectOf({ ...rows, whereClause: and(scan.filter, condition), ...sorted, ...limit });
  const one = first({
    A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: '=' } }], lexpr: scan.column, rexpr: value },
  });
  const each = template`
    SELECT ${alias}.* FROM ${found.name} CROSS JOIN ${{ from: derivedTable(one, alias, { lateral: true }) }} WHERE ${value} IS NOT NULL`;
  const branches = [each, ...(scan.nullable ? [first(nullTest(scan.column, 'IS_NULL'))] : [])];
  return {
    select: selectOf({ ...unionAll(branches), withClause: found.withClause }),
    key: value,
    nullable: scan.nullable,
  };
}

const ONE: Node = { A_Const: { ival: { ival: 1 } } };

export const ascending = (node: Node): Node => ({
  SortBy: { node, sortby_dir: 'SORTBY_DEFAULT', sortby_nulls: 'SORTBY_NULLS_DEFAULT' },
});

/** `row_number() OVER (PARTITION BY … ORDER BY …)`, written out */
export function rowNumberWindow(val: Node | undefined): FieldsOf<'WindowDef'> | null {
  if (val === undefined || !('FuncCall' in val)) return null;
  const { funcname, over, agg_filter: filter } = val.FuncCall;
  const named = over?.name ?? over?.refname;
  if (!/^(?:pg_catalog\.)?row_number$/.test(namesOf(funcname).join('.')) || over === undefined) return null;
  return named === undefined && filter === undefined ? over : null;
}
