import type { Node } from '@pgsql/types';
import type { Call } from '../aggregates.ts';
import { isOrderFree } from '../aggregates.ts';
import { derivedTable, selectOf, target } from '../derived-table.ts';
import { columnRef, conjunction, conjuncts, sameTree } from '../nodes.ts';
import { outputName } from '../output-name.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { isOneRowEach, onlyTarget } from '../simple-query.ts';
import type { PlacedSubLink, Query, SelectStmt, Statement } from '../statement.ts';
import {
  canNameStars,
  freshName,
  isCorrelated,
  onlyEntry,
  qualified,
  replaceIn,
  withExpressions,
  withStarsNamed,
  wrappersIn,
} from '../transplant.ts';

/**
 * Each subquery that aggregates some rows of a table reads the table by itself. One query can compute all of them in
 * one scan, each with its condition as FILTER. Both give one row, whatever there is in the table.
 */
export const countsToOneScan: RewriteRule = {
  name: 'counts-to-one-scan',
  summary:
    'Several subqueries that aggregate rows of the same table become one query with a FILTER for each.',
  apply: everywhere((statement) => {
    for (const around of statement.queries) {
      for (const group of groupsOf(around, statement)) {
        const tree = group.length < 2 ? null : merged(around, group, statement);
        if (tree !== null)
          return {
            tree,
            reason:
              'subqueries that each read the same table for one aggregate became one scan with a FILTER for each',
          };
      }
    }
    return null;
  }),
};

interface Aggregate {
  readonly sublink: PlacedSubLink;
  readonly node: Node;
  readonly call: Call;
}

/** The aggregates in subqueries of one query, by the table that they read. */
function groupsOf(around: Query, statement: Statement): Aggregate[][] {
  const groups: Aggregate[][] = [];
  // One scan for all only pays where all are wanted anyway: not for what a CASE or a condition may skip.
  if (around.place === 'arm' || !isOneRowEach(around.select)) return groups;
  for (const sublink of statement.sublinks) {
    const aggregate = sublink.around === around ? aggregateOf(sublink, statement) : null;
    if (aggregate === null) continue;
    const known = groups.find(
      ([first]) => first !== undefined && readSame(first.sublink.inner, sublink.inner),
    );
    if (known === undefined) groups.push([aggregate]);
    else known.push(aggregate);
  }
  return groups;
}

function aggregateOf(sublink: PlacedSubLink, statement: Statement): Aggregate | null {
  const { link, around, inner, node: place } = sublink;
  const { targetList, fromClause: _, whereClause, op: __, limitOption: ___, ...rest } = inner.select;
  const node = onlyTarget(targetList)?.val;
  if (link.subLinkType !== 'EXPR_SUBLINK' || Object.keys(rest).length > 0) return null;
  if (node === undefined || !('FuncCall' in node) || !AGGREGATE.test(outputName(node))) return null;
  if (!isOrderFree(node.FuncCall, statement) || onlyEntry(inner)?.relation == null) return null;
  if (isCorrelated(inner, statement) || wrappersIn([node, whereClause], 'SubLink').length > 0) return null;
  if (wrappersIn(around.select.targetList, 'SubLink').includes(place))
    return { sublink, node, call: node.FuncCall };
  return null;
}

const AGGREGATE = /^(?:count|sum|avg|min|max|bool_and|bool_or|every)$/;

/** Whether two queries read the same table, whatever they call it. */
function readSame(one: Query, other: Query): boolean {
  return sameTree(tableOf(one), tableOf(other));
}

function tableOf(query: Query): unknown {
  const node = onlyEntry(query)?.node;
  if (node === undefined || !('RangeVar' in node)) return node;
  const { alias, ...table } = node.RangeVar;
  return [table, alias?.colnames];
}

function merged(around: Query, group: readonly Aggregate[], statement: Statement): Node | null {
  const [first] = group;
  const entry = first === undefined ? null : onlyEntry(first.sublink.inner);
  if (entry === null || !canNameStars(around)) return null;
  const taken = new Set(statement.taken);
  const conditions = group.map(({ sublink }) => conjuncts(sublink.inner.select.whereClause));
  // What all ask stays a condition that an index may serve.
  const common = (conditions[0] ?? []).filter((condition) =>
    conditions.every((others) => others.some((other) => sameTree(other, condition))),
  );
  const columns = group.map(({ node, call }, at) => {
    const own = (conditions[at] ?? []).filter(
      (condition) => !common.some((each) => sameTree(each, condition)),
    );
    const name = freshName(outputName(node), taken);
    taken.add(name);
    const renaming = qualified([node, own], statement, () => entry.alias);
    const filter = conjunction([...conjuncts(call.agg_filter), ...own]);
    const filtered: Node = { FuncCall: filter === undefined ? call : { ...call, agg_filter: filter } };
    return { name, node: replaceIn(filtered, renaming) };
  });
  const scan = selectOf({
    targetList: columns.map(({ name, node }) => target(node, name)),
    fromClause: [entry.node],
    whereClause: conjunction(common),
  });
  const alias = freshName('totals', taken);
  const replaced = new Map(
    group.map(({ sublink }, at) => [sublink.node, columnRef(alias, columns[at]?.name ?? '')] as const),
  );
  const edit = (select: SelectStmt): SelectStmt =>
    selectOf({
      ...select,
      targetList: withStarsNamed(select.targetList ?? [], around),
      fromClause: [...(select.fromClause ?? []), derivedTable(scan, alias)],
    });
  return withExpressions(statement, replaced, new Map([[around.select, edit]]));
}
