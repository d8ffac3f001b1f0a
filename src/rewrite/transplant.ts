import type { Node } from '@pgsql/types';
import { isRecord, nodesOf } from '../sql/walk.ts';
import { target } from './derived-table.ts';
import { columnRef } from './nodes.ts';
import { outputName } from './output-name.ts';
import type { Entry, Lead, Query, SelectStmt, Statement } from './statement.ts';

/** What stands in the place of a node: of a wrapped one by its wrapper, of a query by its fields. */
export type Replacements = ReadonlyMap<unknown, unknown>;

/** A copy with some nodes replaced. What was put in is left as it is. */
export function replaceIn<T>(tree: T, replacements: Replacements): T {
  if (replacements.has(tree)) return replacements.get(tree) as T;
  if (Array.isArray(tree)) return tree.map((element: unknown) => replaceIn(element, replacements)) as T;
  if (!isRecord(tree)) return tree;
  const copied = Object.entries(tree).map(([name, child]) => [name, replaceIn(child, replacements)]);
  return Object.fromEntries(copied) as T;
}

/** The statement with one query changed. */
export function withQuery(statement: Statement, query: Query, changed: SelectStmt): Node {
  return { SelectStmt: replaceIn(statement.select, new Map([[query.select, changed]])) };
}

/** All column references in a part with where they lead; null where one of them cannot be told. */
export function leadsIn(part: unknown, statement: Statement): Lead[] | null {
  const found: Lead[] = [];
  for (const node of columnsIn(part)) {
    const lead = statement.leads.get(node);
    if (lead === undefined) return null;
    found.push(lead);
  }
  return found;
}

/** The wrappers of all column references, `*` too, those of subqueries included. */
export function columnsIn(part: unknown): Node[] {
  return wrappersIn(part, 'ColumnRef');
}

export function wrappersIn(part: unknown, tag: string): Node[] {
  if (Array.isArray(part)) return part.flatMap((element) => wrappersIn(element, tag));
  if (!isRecord(part)) return [];
  if (tag in part) return [part as Node, ...(tag === 'ColumnRef' ? [] : wrappersIn(part[tag], tag))];
  return Object.values(part).flatMap((child) => wrappersIn(child, tag));
}

/**
 * References to columns of some queries, written with the alias before the name, so that they mean the same wherever
 * that alias is seen.
 * @param alias what an entry is called where the part goes; the alias that it has where not given
 */
export function qualified(
  part: unknown,
  statement: Statement,
  alias: (lead: Lead) => string | null = ({ entry }) => entry.alias,
): Map<unknown, Node> {
  const changed = new Map<unknown, Node>();
  for (const node of columnsIn(part)) {
    const lead = statement.leads.get(node);
    const name = lead === undefined ? null : alias(lead);
    if (lead !== undefined && name !== null) changed.set(node, columnRef(name, lead.column.name));
  }
  return changed;
}

/** A name that nothing in the statement has. */
export function freshName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number += 1) if (!taken.has(`${wanted}_${number}`)) return `${wanted}_${number}`;
}

/** Whether what is added to FROM would not show in a bare `*`, or the star can be written out. */
export function canNameStars({ select, entries, merges }: Query): boolean {
  const bare = (select.targetList ?? []).some(isBareStar);
  return !bare || (!merges && entries.every(({ alias }) => alias !== ''));
}

/** A SELECT list in which a bare `*` is `alias.*` of each entry that the query had. */
export function withStarsNamed(targets: readonly Node[], { entries }: Query): Node[] {
  const stars = entries.map(({ alias }) =>
    target({ ColumnRef: { fields: [{ String: { sval: alias } }, { A_Star: {} }] } }),
  );
  return targets.flatMap((node) => (isBareStar(node) ? stars : [node]));
}

function isBareStar(node: Node): boolean {
  return (
    'ResTarget' in node && node.ResTarget.val !== undefined && fieldsOfStar(node.ResTarget.val).length === 1
  );
}

/** The parts of `*` or `alias.*`; none for anything else. */
function fieldsOfStar(val: Node): readonly Node[] {
  const fields = 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
  const last = fields.at(-1);
  return last !== undefined && 'A_Star' in last ? fields : [];
}

/** As the target list, with the name that an expression has by itself kept where its replacement would have another. */
function withNamesKept(before: readonly Node[], after: readonly Node[]): Node[] {
  return after.map((node, at) => {
    const old = before[at];
    if (old === undefined || !('ResTarget' in old) || !('ResTarget' in node)) return node;
    const name = old.ResTarget.name ?? (old.ResTarget.val && outputName(old.ResTarget.val));
    const now = node.ResTarget.name ?? (node.ResTarget.val && outputName(node.ResTarget.val));
    return name === undefined || name === now ? node : { ResTarget: { ...node.ResTarget, name } };
  });
}

/**
 * A statement with some expressions replaced, the names of output columns kept.
 * @param edits what else is done to a query, after that
 */
export function withExpressions(
  statement: Statement,
  replacements: ReadonlyMap<unknown, Node>,
  edits: ReadonlyMap<SelectStmt, (select: SelectStmt) => SelectStmt> = new Map(),
): Node {
  const changed = new Map<unknown, unknown>(replacements);
  // Innermost first: an outer query's copy then holds the changed inner one.
  for (const { select } of statement.queries.toReversed()) {
    const { targetList, ...others } = select;
    const targets = targetList && withNamesKept(targetList, replaceIn(targetList, changed));
    const copy = { ...(targets === undefined ? {} : { targetList: targets }), ...replaceIn(others, changed) };
    changed.set(select, edits.get(select)?.(copy) ?? copy);
  }
  return { SelectStmt: replaceIn(statement.select, changed) };
}

/** Whether a subquery, or anything below it, uses columns of a query around it, or may do so. */
export function isCorrelated(query: Query, statement: Statement): boolean {
  return outsideLeads(query, query.select, statement)?.length !== 0;
}

/** Where the columns of a part of a query lead that are not the query's own or from below; null where one cannot be told. */
export function outsideLeads(query: Query, part: unknown, statement: Statement): Lead[] | null {
  const inside = new Set(queriesWithin(query, statement));
  const leads: Lead[] = [];
  for (const node of columnsIn(part)) {
    const lead = statement.leads.get(node);
    if (lead === undefined && !isStar(node)) return null;
    if (lead !== undefined && !inside.has(lead.query)) leads.push(lead);
  }
  return leads;
}

const isStar = (node: Node): boolean => fieldsOfStar(node).length > 0;

/** A query and all below it. */
export function queriesWithin(query: Query, statement: Statement): Query[] {
  const selects = new Set<unknown>([...nodesOf(query.select)].map(({ fields }) => fields));
  return statement.queries.filter(({ select }) => selects.has(select));
}

/** The entry of FROM, where it is the only one. */
export function onlyEntry({ entries, merges }: Query): Entry | null {
  const [entry, more] = entries;
  return entry === undefined || more !== undefined || merges ? null : entry;
}

/** Whether an entry's alias, as seen from a query, is that entry and no nearer one of the same name. */
export function isSeenFrom(query: Query, { entry }: Lead): boolean {
  for (let at: Query | null = query; at !== null; at = at.outer) {
    const named = at.entries.filter(({ alias }) => alias === entry.alias);
    if (named.length > 0) return named.length === 1 && named[0] === entry;
  }
  return false;
}

/** An expression written so that it means the same in another query; null where that cannot be done. */
export function movedInto(query: Query, expression: Node, statement: Statement): Node | null {
  const leads = leadsIn(expression, statement);
  if (leads === null || wrappersIn(expression, 'SubLink').length > 0) return null;
  if (!leads.every((lead) => isSeenFrom(query, lead))) return null;
  return replaceIn(expression, qualified(expression, statement));
}
