import type { Node } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';
import { namesOf } from '../../sql/walk.ts';
import type { Call } from '../aggregates.ts';
import { isOrderFree } from '../aggregates.ts';
import { conditionsOf } from '../correlation.ts';
import { derivedTable, selectOf, target } from '../derived-table.ts';
import { ascending } from '../latest.ts';
import { mayFail } from '../may-fail.ts';
import { columnRef, conjunction, conjuncts, sameTree } from '../nodes.ts';
import { outputName } from '../output-name.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { isOneRowEach, onlyTarget } from '../simple-query.ts';
import type { Entry, PlacedSubLink, Query, Statement } from '../statement.ts';
import { isNeverNull } from '../statement.ts';
import { query as template } from '../template.ts';
import {
  columnsIn,
  freshName,
  onlyEntry,
  outsideLeads,
  qualified,
  replaceIn,
  withExpressions,
  wrappersIn,
} from '../transplant.ts';

/**
 * An aggregate over the rows of the same table with the same key, or with the same key and up to this one, is a window:
 * one sort instead of a query for each row. `<=` is the default frame, which has the rows that sort alike; `<` leaves
 * them out. NULL would be a key of its own for a window, so the columns must be NOT NULL.
 */
export const selfAggregateToWindow: RewriteRule = {
  name: 'self-aggregate-to-window',
  summary:
    'An aggregate over rows of the same table with the same key, also a running one, becomes a window function.',
  apply: everywhere((statement) => {
    for (const query of statement.queries) {
      const tree = windowed(query, statement);
      if (tree !== null)
        return {
          tree,
          reason: 'an aggregate over rows of the same table, computed for each row, became a window function',
        };
    }
    return null;
  }),
};

interface Windowed {
  readonly sublink: PlacedSubLink;
  /** With the columns as the table around calls them. */
  readonly call: Node;
  readonly name: string;
}

function windowed(around: Query, statement: Statement): Node | null {
  const entry = onlyEntry(around);
  if (entry?.relation == null || !isOneRowEach(around.select) || !('RangeVar' in entry.node)) return null;
  if ((entry.node.RangeVar.alias?.colnames ?? []).length > 0) return null;
  const all = statement.sublinks.flatMap((sublink) =>
    sublink.around === around ? (windowOf(sublink, entry, statement) ?? []) : [],
  );
  const columns = all.length === 0 ? null : usedColumns(around, entry, statement);
  if (columns === null) return null;
  const taken = new Set(statement.taken);
  const values = all.map((each) => {
    const name = freshName(each.name, taken);
    taken.add(name);
    return { ...each, name };
  });
  const inside = selectOf({
    targetList: [
      ...columns.map((column) => target(columnRef(entry.alias, column))),
      ...values.map(({ call, name }) => target(call, name)),
    ],
    fromClause: [entry.node],
  });
  const replaced = new Map<unknown, Node>(
    values.map(({ sublink, name }) => [sublink.node, columnRef(entry.alias, name)]),
  );
  return withExpressions(
    statement,
    replaced,
    new Map([
      [
        around.select,
        (copy) =>
          selectOf({
            ...copy,
            targetList: (copy.targetList ?? []).flatMap((node) => withoutStar(node, entry)),
            fromClause: [derivedTable(inside, entry.alias)],
          }),
      ],
    ]),
  );
}

/** The columns of the table that the query and its subqueries use, all where there is a star; null where one is not clear. */
function usedColumns(around: Query, entry: Entry, statement: Statement): string[] | null {
  const used = new Set<string>();
  for (const node of columnsIn(around.select)) {
    const lead = statement.leads.get(node);
    const fields = 'ColumnRef' in node ? (node.ColumnRef.fields ?? []) : [];
    if (lead === undefined && !fields.some((field) => 'A_Star' in field) && !isOutput(node, around))
      return null;
    // A derived table has no schema.
    if (lead?.entry === entry && fields.length > 2) return null;
    if (lead?.entry === entry) used.add(lead.column.name);
  }
  const all = (entry.columns ?? []).map(({ name }) => name);
  return (around.select.targetList ?? []).some((node) => withoutStar(node, entry).length !== 1)
    ? all
    : all.filter((name) => used.has(name));
}

function isOutput(node: Node, { select }: Query): boolean {
  const sorts = (select.sortClause ?? []).map((sort) => ('SortBy' in sort ? sort.SortBy.node : undefined));
  return sorts.includes(node);
}

/** A star written out: the derived table has more columns than the table. */
function withoutStar(node: Node, { alias, columns }: Entry): Node[] {
  const val = 'ResTarget' in node ? node.ResTarget.val : undefined;
  const fields = val !== undefined && 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
  if (!fields.some((field) => 'A_Star' in field)) return [node];
  return (columns ?? []).map(({ name }) => target(columnRef(alias, name)));
}

function windowOf(sublink: PlacedSubLink, outer: Entry, statement: Statement): Windowed | null {
  const { link, inner } = sublink;
  const { targetList, fromClause: _, whereClause, op: __, limitOption: ___, ...rest } = inner.select;
  const val = onlyTarget(targetList)?.val;
  const entry = onlyEntry(inner);
  if (link.subLinkType !== 'EXPR_SUBLINK' || val === undefined || entry === null) return null;
  if (Object.keys(rest).length > 0 || !readSame(entry, outer) || !('FuncCall' in val)) return null;
  if (
    !AGGREGATE.test(outputName(val)) ||
    !isOrderFree(val.FuncCall, statement) ||
    val.FuncCall.agg_distinct === true
  )
    return null;
  if (
    wrappersIn([val, whereClause], 'SubLink').length > 0 ||
    outsideLeads(inner, val, statement)?.length !== 0
  )
    return null;

  const { ties, own, others } = conditionsOf(inner, statement);
  const [range, another] = others;
  const running = range === undefined ? null : runningOf(range, inner, outer, statement);
  if (ties.length === 0 || another !== undefined || (range !== undefined && running === null)) return null;
  const same = ties.every(
    ({ innerLead, outerLead }) =>
      outerLead.entry === outer && innerLead.column.name === outerLead.column.name && isNeverNull(innerLead),
  );
  if (!same) return null;
  // The window is computed before the conditions of the query around.
  if (mayFail([val, own])) return null;
  const partition = ties.map(({ innerLead }) => columnRef(outer.alias, innerLead.column.name));
  const renaming = qualified([val, own], statement, () => outer.alias);
  const call = filtered(val.FuncCall, own);
  const over: FieldsOf<'WindowDef'> = { ...(running ?? WHOLE()), partitionClause: partition };
  return { sublink, name: outputName(val), call: { FuncCall: { ...replaceIn(call, renaming), over } } };
}

const AGGREGATE = /^(?:count|sum|avg|min|max|bool_and|bool_or|every)$/;

function filtered(call: Call, own: readonly Node[]): Call {
  const filter = conjunction([...conjuncts(call.agg_filter), ...own]);
  return filter === undefined ? call : { ...call, agg_filter: filter };
}

function readSame(one: Entry, other: Entry): boolean {
  const [table, same] = [one, other].map(({ node }) => {
    if (!('RangeVar' in node) || (node.RangeVar.alias?.colnames ?? []).length > 0) return null;
    const { alias: _, ...range } = node.RangeVar;
    return range;
  });
  return table != null && one.relation !== null && sameTree(table, same);
}

const WHOLE = (): FieldsOf<'WindowDef'> => windowIn(template`SELECT sum(1) OVER (PARTITION BY 1)`);
/** The rows that sort alike are in the default frame. */
const UP_TO = (): FieldsOf<'WindowDef'> => windowIn(template`SELECT sum(1) OVER (ORDER BY 1)`);
const BEFORE = (): FieldsOf<'WindowDef'> =>
  windowIn(
    template`SELECT sum(1) OVER (ORDER BY 1 RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP)`,
  );

function windowIn(select: unknown): FieldsOf<'WindowDef'> {
  const [call] = wrappersIn(select, 'FuncCall');
  return (call !== undefined && 'FuncCall' in call ? call.FuncCall.over : undefined) ?? {};
}

/** `inner.column <= outer.column`, and so on: the rows up to this one in an order. */
function runningOf(
  condition: Node,
  inner: Query,
  outer: Entry,
  statement: Statement,
): FieldsOf<'WindowDef'> | null {
  if (!('A_Expr' in condition) || condition.A_Expr.kind !== 'AEXPR_OP') return null;
  const { name, lexpr, rexpr } = condition.A_Expr;
  const [left, right] = [lexpr, rexpr].map((node) =>
    node === undefined ? undefined : statement.leads.get(node),
  );
  if (left === undefined || right === undefined || left.column.name !== right.column.name) return null;
  const innerLeft = left.query === inner && right.entry === outer;
  const innerRight = right.query === inner && left.entry === outer;
  const operator = namesOf(name).join('.');
  if (!(innerLeft || innerRight) || !/^[<>]=?$/.test(operator) || !isNeverNull(left)) return null;
  if (left.column.facts?.sortable !== true) return null;
  const upwards = operator.startsWith('<') === innerLeft;
  const frame = operator.endsWith('=') ? UP_TO() : BEFORE();
  const column = columnRef(outer.alias, left.column.name);
  const sort = ascending(column);
  const orderClause =
    upwards || !('SortBy' in sort)
      ? [sort]
      : [{ SortBy: { ...sort.SortBy, sortby_dir: 'SORTBY_DESC' as const } }];
  return { ...frame, orderClause };
}
