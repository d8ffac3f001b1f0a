import type { Node } from '@pgsql/types';
import { isOrderFree } from '../aggregates.ts';
import { derivedTable, selectOf, target } from '../derived-table.ts';
import { columnRef, integer } from '../nodes.ts';
import { branchesOf, hasUntypedConstant, unionAll } from '../or-branches.ts';
import { outputOrder, wordOf } from '../output-order.ts';
import { readStatement } from '../reading.ts';
import type { Rewriting, RewriteRule } from '../rule.ts';
import { aggregatesIn, hasWindow, isOneRowEach, isPlainSelect } from '../simple-query.ts';
import type { Entry, Query, Statement } from '../statement.ts';
import { columnsIn, freshName, withExpressions, withQuery, wrappersIn } from '../transplant.ts';

/**
 * An OR whose sides speak of different tables, or of a subquery, is a filter behind the join: no index serves it. A
 * query for each side can use one. A row for which several sides are true is left to the first: the others ask that
 * those before are not true, be it false or NULL, so every row comes exactly as often as before.
 */
export const orToUnionAll: RewriteRule = {
  name: 'or-to-union-all',
  summary:
    'An OR across tables, or with a subquery on one side, becomes UNION ALL of a query for each side, without repeats.',
  apply: (subject): Rewriting[] => {
    const statement = readStatement(subject);
    if (statement === null) return [];
    for (const query of statement.queries) {
      const branches =
        query.outer === null ? branchesOf(query, (side) => subjectOf(side, query, statement)) : null;
      const tree =
        branches === null
          ? null
          : (split(query, branches, statement) ?? splitBelow(query, branches, statement));
      if (tree === null) continue;
      const reason =
        'an OR that no index serves became a query for each side; the later ones leave out the rows of the earlier with IS NOT TRUE, so that none comes twice';
      return [{ tree, reason, meaning: 'same' }];
    }
    return [];
  },
};

/** The one table that a condition is about; the condition itself where it is about several, or asks a subquery. */
function subjectOf(condition: Node, query: Query, statement: Statement): Entry | Node {
  if (wrappersIn(condition, 'SubLink').length > 0) return condition;
  const entries = new Set<Entry | null>();
  for (const node of columnsIn(condition)) {
    const lead = statement.leads.get(node);
    entries.add(lead?.query === query ? lead.entry : null);
  }
  const [entry, more] = entries;
  return entry == null || more !== undefined ? condition : entry;
}

/** The query itself as UNION ALL, where its rows are just those that WHERE lets through. */
function split(query: Query, branches: readonly Node[], statement: Statement): Node | null {
  const { withClause, sortClause, ...select } = query.select;
  if (query.place === 'arm' || !isPlainSelect(select) || hasUntypedConstant(select)) return null;
  const sorted = sortClause === undefined ? [] : outputOrder(sortClause, query, statement);
  if (sorted === null) return null;
  const united = unionAll(branches.map((whereClause) => ({ ...select, whereClause })));
  return withQuery(
    statement,
    query,
    selectOf({ ...united, withClause, ...(sorted.length > 0 ? { sortClause: sorted } : {}) }),
  );
}

/** What the query does with its rows, grouping, sorting or cutting off, done with those of a UNION ALL below it. */
function splitBelow(query: Query, branches: readonly Node[], statement: Statement): Node | null {
  const { fromClause, whereClause: _, withClause, ...rest } = query.select;
  if (query.place === 'arm' || rest.larg !== undefined || rest.lockingClause !== undefined) return null;
  if (hasWindow(query.select) || wrappersIn(rest, 'SubLink').length > 0 || !isSettled(query, statement))
    return null;
  const alias = freshName('matching', statement.taken);
  const names = new Map<string, { readonly name: string; readonly val: Node }>();
  const replaced = new Map<unknown, Node>();
  const taken = new Set(statement.taken);
  for (const node of columnsIn(rest)) {
    const lead = statement.leads.get(node);
    if (lead === undefined) {
      if (isOutputName(node, query)) continue;
      return null;
    }
    if (lead.query !== query) return null;
    const key = `${query.entries.indexOf(lead.entry)} ${lead.column.name}`;
    const known = names.get(key);
    const name = known?.name ?? freshName(`${lead.entry.alias}_${lead.column.name}`, taken);
    taken.add(name);
    names.set(key, { name, val: columnRef(lead.entry.alias, lead.column.name) });
    replaced.set(node, columnRef(alias, name));
  }
  const columns = [...names.values()].map(({ name, val }) => target(val, name));
  const targetList = columns.length > 0 ? columns : [target(integer(1n))];
  const united = unionAll(branches.map((whereClause) => selectOf({ targetList, fromClause, whereClause })));
  return withExpressions(
    statement,
    replaced,
    new Map([
      [
        query.select,
        (copy) => {
          const { whereClause: __, ...others } = copy;
          return selectOf({ ...others, withClause, fromClause: [derivedTable(united, alias)] });
        },
      ],
    ]),
  );
}

/** Whether what a query makes of its rows does not depend on the order in which it gets them. */
function isSettled(query: Query, statement: Statement): boolean {
  const { targetList, groupClause, havingClause, sortClause, distinctClause } = query.select;
  const calls = aggregatesIn([targetList, havingClause, sortClause]);
  if (!calls.every((call) => isOrderFree(call, statement))) return false;
  if ((distinctClause ?? []).some((node) => Object.keys(node).length > 0)) return false;
  const grouped = (groupClause ?? []).map((node) => statement.leads.get(node));
  if (grouped.includes(undefined)) return false;
  if (calls.length === 0 && grouped.length === 0) return isOneRowEach(query.select);
  // Columns that only a primary key among those grouped by gives are not known to a derived table.
  const inside = new Set(calls.flatMap((call) => columnsIn(call)));
  return columnsIn([targetList, havingClause]).every((node) => {
    const lead = statement.leads.get(node);
    return (
      inside.has(node) ||
      grouped.some((group) => group?.entry === lead?.entry && group?.column === lead?.column)
    );
  });
}

const isOutputName = (node: Node, query: Query): boolean => {
  const word = wordOf(node);
  return (
    (query.select.sortClause ?? []).some((sort) => 'SortBy' in sort && sort.SortBy.node === node) &&
    (query.select.targetList ?? []).some((each) => 'ResTarget' in each && each.ResTarget.name === word)
  );
};
