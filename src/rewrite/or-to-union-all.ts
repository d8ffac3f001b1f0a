import type { Node } from '@pgsql/types';
import { derivedTable, selectOf, target } from './derived-table.ts';
import { isOrderFree } from './aggregates.ts';
import { columnRef, conjunction, conjuncts, disjuncts, either, integer } from './nodes.ts';
import { readStatement } from './reading.ts';
import type { Rewriting, RewriteRule } from './rule.ts';
import { aggregatesIn, hasWindow, isOneRowEach, isPlainSelect } from './simple-query.ts';
import type { Entry, Query, SelectStmt, Statement } from './statement.ts';
import { columnsIn, freshName, withExpressions, withQuery, wrappersIn } from './transplant.ts';

/** More branches than this repeat the rest of the query too often. */
const MOST_BRANCHES = 4;

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
      const branches = query.outer === null ? branchesOf(query, statement) : null;
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

/** The WHERE of each branch. */
function branchesOf(query: Query, statement: Statement): Node[] | null {
  const all = conjuncts(query.select.whereClause);
  for (const condition of all) {
    const sides = sidesOf(disjuncts(condition), query, statement);
    if (sides.length < 2 || sides.length > MOST_BRANCHES) continue;
    return sides.map((side, at) => {
      const [before, ...more] = sides.slice(0, at);
      const earlier = before === undefined ? [] : [isNotTrue(either(before, ...more))];
      return conjunction(all.flatMap((each) => (each === condition ? [side, ...earlier] : [each]))) ?? side;
    });
  }
  return null;
}

const isNotTrue = (arg: Node): Node => ({ BooleanTest: { arg, booltesttype: 'IS_NOT_TRUE' } });

/** The sides of an OR, those about one table together: an index or several can serve these at once. */
function sidesOf(conditions: readonly Node[], query: Query, statement: Statement): Node[] {
  const groups = new Map<unknown, Node[]>();
  for (const condition of conditions) {
    const about = subjectOf(condition, query, statement);
    groups.set(about, [...(groups.get(about) ?? []), condition]);
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [either(first, ...others)],
  );
}

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
  if (query.place === 'arm' || !isPlainSelect(select) || hasNamelessConstant(select)) return null;
  const sorted = sortClause === undefined ? [] : outputOrder(sortClause, query, statement);
  if (sorted === null) return null;
  const united = unionAll(branches.map((whereClause) => ({ ...select, whereClause })));
  return withQuery(
    statement,
    query,
    selectOf({ ...united, withClause, ...(sorted.length > 0 ? { sortClause: sorted } : {}) }),
  );
}

export function unionAll(selects: readonly SelectStmt[]): SelectStmt {
  return selects.reduce((larg, rarg) => selectOf({ op: 'SETOP_UNION', all: true, larg, rarg }));
}

/** A constant without type is text in a UNION's branch, and may be something else elsewhere. */
function hasNamelessConstant({ targetList }: SelectStmt): boolean {
  return (targetList ?? []).some(
    (node) =>
      'ResTarget' in node &&
      node.ResTarget.val !== undefined &&
      ('ParamRef' in node.ResTarget.val ||
        ('A_Const' in node.ResTarget.val && node.ResTarget.val.A_Const.isnull === true)),
  );
}

/** ORDER BY as it can stand behind a UNION: names of output columns alone. Null where it sorts by something else. */
function outputOrder(sortClause: readonly Node[], query: Query, statement: Statement): Node[] | null {
  const sorted = sortClause.map((node) => {
    if (!('SortBy' in node) || node.SortBy.node === undefined || node.SortBy.useOp !== undefined) return null;
    const name = outputNameOf(node.SortBy.node, query, statement);
    return name === null ? null : { SortBy: { ...node.SortBy, node: name } };
  });
  return sorted.includes(null) ? null : sorted.flatMap((node) => node ?? []);
}

function outputNameOf(key: Node, query: Query, statement: Statement): Node | null {
  if ('A_Const' in key) return key.A_Const.ival === undefined ? null : key;
  const lead = statement.leads.get(key);
  const outputs = (query.select.targetList ?? []).flatMap((node) => {
    if (!('ResTarget' in node) || node.ResTarget.val === undefined) return [];
    const found = statement.leads.get(node.ResTarget.val);
    return [
      {
        name: node.ResTarget.name ?? found?.column.name ?? null,
        lead: found,
        star: found === undefined && node.ResTarget.name === undefined,
      },
    ];
  });
  // A star, or an expression without a name, may have any name.
  if (outputs.some(({ star }) => star) || !('ColumnRef' in key)) return null;
  const named = lead === undefined ? wordOf(key) : null;
  const matching = outputs.filter((output) =>
    lead === undefined
      ? output.name === named
      : output.lead?.entry === lead.entry && output.lead.column === lead.column,
  );
  const [name] = matching.map((output) => output.name);
  if (name == null || outputs.filter((output) => output.name === name).length !== 1) return null;
  return columnRef(name);
}

function wordOf(key: Node): string | null {
  const [only, more] = 'ColumnRef' in key ? (key.ColumnRef.fields ?? []) : [];
  return only !== undefined && more === undefined && 'String' in only ? (only.String.sval ?? null) : null;
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
