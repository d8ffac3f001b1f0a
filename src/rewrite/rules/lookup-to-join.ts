import type { Node } from '@pgsql/types';
import type { RelationFacts } from '../../facts.ts';
import { namesOf } from '../../sql/walk.ts';
import { conditionsOf } from '../correlation.ts';
import { addingLeftJoin } from '../from-clause.ts';
import { columnRef, conjuncts, conjunction, sameTree } from '../nodes.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { isOneRowEach, onlyTarget } from '../simple-query.ts';
import type { Entry, PlacedSubLink, Query, Statement } from '../statement.ts';
import {
  columnsIn,
  freshName,
  isSeenFrom,
  onlyEntry,
  outsideLeads,
  qualified,
  queriesWithin,
  replaceIn,
  withExpressions,
  wrappersIn,
} from '../transplant.ts';

/**
 * A subquery that looks up one column by a unique key is run for each row; as LEFT JOIN the server may read the table
 * once. The key finds at most one row, and where it finds none both give NULL.
 */
export const lookupToJoin: RewriteRule = {
  name: 'lookup-to-join',
  summary: 'A subquery that selects a column of the one row that a unique key finds becomes a LEFT JOIN.',
  apply: everywhere((statement) => {
    for (const sublink of statement.sublinks) {
      const tree = joined(sublink, statement);
      if (tree !== null)
        return {
          tree,
          reason: 'a lookup by a unique key for each row became a LEFT JOIN, which finds at most one row too',
        };
    }
    return null;
  }),
};

interface Lookup {
  readonly sublink: PlacedSubLink;
  readonly entry: Entry;
  readonly column: string;
}

function joined(sublink: PlacedSubLink, statement: Statement): Node | null {
  const first = lookup(sublink, statement);
  if (first === null) return null;
  const { around, inner } = sublink;
  const all = statement.sublinks.flatMap((other) => {
    const same =
      other.around === around &&
      sameTree(
        [other.inner.select.fromClause, other.inner.select.whereClause],
        [inner.select.fromClause, inner.select.whereClause],
      );
    return same ? (lookup(other, statement) ?? []) : [];
  });
  const alias = freeAlias(first.entry, around, statement);
  const clear = clearReferences(around, first.entry, statement);
  const leads = outsideLeads(inner, inner.select.whereClause, statement);
  if (clear === null || leads === null || !leads.every((lead) => isSeenFrom(around, lead))) return null;
  const renaming = qualified(inner.select.whereClause, statement, ({ query, entry }) =>
    query === inner ? alias : entry.alias,
  );
  const condition = conjunction(conjuncts(replaceIn(inner.select.whereClause, renaming)));
  const edit = addingLeftJoin(around, leads, tableAs(first.entry, alias), condition);
  const replaced = new Map([
    ...clear,
    ...all.map(({ sublink: { node }, column }) => [node, columnRef(alias, column)] as const),
  ]);
  return edit === null ? null : withExpressions(statement, replaced, new Map([[around.select, edit]]));
}

function lookup(sublink: PlacedSubLink, statement: Statement): Lookup | null {
  const { link, around, inner, node } = sublink;
  const { targetList, fromClause: _, whereClause, op: __, limitOption: ___, ...rest } = inner.select;
  const val = onlyTarget(targetList)?.val;
  const entry = onlyEntry(inner);
  if (link.subLinkType !== 'EXPR_SUBLINK' || val === undefined) return null;
  if (Object.keys(rest).length > 0 || whereClause === undefined || entry?.relation == null) return null;
  if ('RangeVar' in entry.node && (entry.node.RangeVar.alias?.colnames ?? []).length > 0) return null;
  if (!isOneRowEach(around.select) || wrappersIn(around.select.fromClause, 'SubLink').includes(node))
    return null;
  // An expression over the row that is missing could have a value.
  const lead = statement.leads.get(val);
  if (lead?.query !== inner || wrappersIn(whereClause, 'SubLink').length > 0) return null;
  const { ties } = conditionsOf(inner, statement);
  const found = new Set(ties.map(({ innerLead }) => innerLead.column.name));
  if (!findsOneRow(entry.relation, entry.only, found)) return null;
  return { sublink, entry, column: lead.column.name };
}

/** Whether values for some columns are those of one row at most. NULL equals nothing, so the key may have it. */
function findsOneRow(relation: RelationFacts, only: boolean, columns: ReadonlySet<string>): boolean {
  if (relation.inherited && !only) return false;
  return relation.indexes.some(
    ({ unique, immediate, valid, predicate, method, keys }) =>
      unique &&
      immediate &&
      valid &&
      predicate === null &&
      method === 'btree' &&
      keys.every(
        ({ column, defaultOperators }) => column !== null && defaultOperators && columns.has(column),
      ),
  );
}

/** The alias of a table where nothing that the query can see is called that. */
function freeAlias({ alias }: Entry, around: Query, statement: Statement): string {
  const seen = new Set<string>();
  for (let at: Query | null = around; at !== null; at = at.outer)
    for (const entry of at.entries) seen.add(entry.alias);
  return seen.has(alias) ? freshName(alias, statement.taken) : alias;
}

function tableAs({ node, relation }: Entry, alias: string): Node {
  if (!('RangeVar' in node)) return node;
  const { alias: _, ...table } = node.RangeVar;
  const needed = alias !== (relation === null ? null : table.relname);
  return { RangeVar: needed ? { ...table, alias: { aliasname: alias } } : table };
}

/**
 * References that the columns of a table would make ambiguous once it is joined, written with their alias. Null where
 * such a reference cannot be told.
 */
function clearReferences(query: Query, { relation }: Entry, statement: Statement): Map<unknown, Node> | null {
  const names = new Set(relation?.columns.map(({ name }) => name));
  const outputs = new Set(
    (query.select.sortClause ?? []).flatMap((node) => ('SortBy' in node ? (node.SortBy.node ?? []) : [])),
  );
  const within = new Set(queriesWithin(query, statement));
  const clear = new Map<unknown, Node>();
  for (const node of columnsIn(query.select)) {
    const [name, more] = 'ColumnRef' in node ? namesOf(node.ColumnRef.fields) : [];
    if (name === undefined || more !== undefined || !names.has(name)) continue;
    const lead = statement.leads.get(node);
    if (lead === undefined) {
      if (outputs.has(node) && (query.select.targetList ?? []).some((target) => isNamed(target, name)))
        continue;
      return null;
    }
    // From further out it would now be found here; from further in it is found before.
    if (lead.query === query) clear.set(node, columnRef(lead.entry.alias, lead.column.name));
    else if (!within.has(lead.query)) return null;
  }
  return clear;
}

const isNamed = (target: Node, name: string): boolean =>
  'ResTarget' in target && target.ResTarget.name === name;
