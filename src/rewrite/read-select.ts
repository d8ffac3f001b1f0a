import type { Node } from '@pgsql/types';
import type { RelationFacts, ResolvedRelation } from '../facts.ts';
import { refersTo } from '../advisor/references.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { isRecord, namesOf, wrapperOf } from '../sql/walk.ts';
import { outputName } from './output-name.ts';
import type { Entry, EntryColumn, Lead, PlacedSubLink, Query, SelectStmt, Statement } from './statement.ts';
import { isNeverNull } from './statement.ts';

/** Reads a SELECT. The facts of a relation are looked up by how the statement names it. */
export function readSelect(
  select: SelectStmt,
  relations: readonly ResolvedRelation[],
): Omit<Statement, 'taken'> {
  const reader: Reader = { relations, queries: [], sublinks: [], leads: new Map() };
  readQuery(select, { outer: null, ctes: new Map(), place: 'top' }, reader);
  return { select, queries: reader.queries, sublinks: reader.sublinks, leads: reader.leads };
}

interface Reader {
  readonly relations: readonly ResolvedRelation[];
  readonly queries: Query[];
  readonly sublinks: PlacedSubLink[];
  readonly leads: Map<object, Lead>;
}

type Columns = Entry['columns'];

interface Surroundings {
  readonly outer: Query | null;
  readonly ctes: ReadonlyMap<string, Columns>;
  readonly place: Query['place'];
}

/** A query while its FROM list is read, with the CTEs that it sees. */
interface Open {
  readonly query: Query;
  readonly ctes: ReadonlyMap<string, Columns>;
}

function readQuery(
  select: SelectStmt,
  around: Surroundings,
  reader: Reader,
): { readonly query: Query; readonly columns: Columns } {
  const query: Query = { select, outer: around.outer, place: around.place, entries: [], merges: false };
  reader.queries.push(query);
  const open: Open = { query, ctes: readCtes(select, around, reader) };
  if (select.larg !== undefined && select.rarg !== undefined) {
    const inside: Surroundings = { outer: around.outer, ctes: open.ctes, place: 'arm' };
    const { columns } = readQuery(select.larg, inside, reader);
    readQuery(select.rarg, inside, reader);
    const named = columns?.map(({ name }) => ({ name, facts: null, notNull: false })) ?? null;
    return { query, columns: named };
  }
  for (const node of select.fromClause ?? []) addFrom(node, open, reader);
  const { withClause: _, fromClause: __, ...expressions } = select;
  readExpression(expressions, open, query.entries, reader);
  forgetOutputNames(query, reader);
  return { query, columns: select.valuesLists === undefined ? outputColumns(query, reader) : null };
}

/** ORDER BY and DISTINCT ON look at the output columns first, GROUP BY before it looks further out. */
function forgetOutputNames(query: Query, reader: Reader): void {
  const { targetList, sortClause, distinctClause, groupClause } = query.select;
  const outputs = new Map<string, Node | undefined>();
  for (const target of targetList ?? [])
    if ('ResTarget' in target && target.ResTarget.name !== undefined)
      outputs.set(target.ResTarget.name, target.ResTarget.val);
  const sorted = (sortClause ?? []).flatMap((node) => ('SortBy' in node ? (node.SortBy.node ?? []) : []));
  for (const node of [...sorted, ...(distinctClause ?? []), ...(groupClause ?? [])]) {
    const lead = reader.leads.get(node);
    const [name, more] = 'ColumnRef' in node ? namesOf(node.ColumnRef.fields) : [];
    if (lead === undefined || name === undefined || more !== undefined || !outputs.has(name)) continue;
    if (groupClause?.includes(node) === true && lead.query === query) continue;
    const output = outputs.get(name);
    const same = output === undefined ? undefined : reader.leads.get(output);
    if (same?.entry !== lead.entry || same.column !== lead.column) reader.leads.delete(node);
  }
}

function readCtes(select: SelectStmt, around: Surroundings, reader: Reader): ReadonlyMap<string, Columns> {
  const ctes = new Map(around.ctes);
  for (const node of select.withClause?.ctes ?? []) {
    if (!('CommonTableExpr' in node)) continue;
    const { ctename = '', ctequery, aliascolnames } = node.CommonTableExpr;
    // A recursive one sees itself.
    if (select.withClause?.recursive === true) ctes.set(ctename, null);
    if (ctequery === undefined || !('SelectStmt' in ctequery)) {
      ctes.set(ctename, null);
      continue;
    }
    const inside: Surroundings = { outer: around.outer, ctes: new Map(ctes), place: 'cte' };
    const { columns } = readQuery(ctequery.SelectStmt, inside, reader);
    ctes.set(
      ctename,
      select.withClause?.recursive === true ? null : renamed(columns, namesOf(aliascolnames)),
    );
  }
  return ctes;
}

/** Adds an entry of a FROM list and gives what it added. */
function addFrom(node: Node, open: Open, reader: Reader): Entry[] {
  if ('JoinExpr' in node) return addJoin(node.JoinExpr, node, open, reader);
  const entry = readEntry(node, open, reader);
  open.query.entries.push(entry);
  return [entry];
}

function readEntry(node: Node, open: Open, reader: Reader): Entry {
  if ('RangeVar' in node) return readTable(node.RangeVar, node, open, reader);
  if ('RangeSubselect' in node) {
    const { subquery, alias, lateral } = node.RangeSubselect;
    const outer = lateral === true ? open.query : open.query.outer;
    const read =
      subquery !== undefined && 'SelectStmt' in subquery
        ? readQuery(subquery.SelectStmt, { outer, ctes: open.ctes, place: 'from' }, reader)
        : { query: null, columns: null };
    const columns = renamed(read.columns, namesOf(alias?.colnames));
    return entryOf(node, alias?.aliasname ?? '', { columns, query: read.query });
  }
  // Functions, samples, XMLTABLE, …
  readExpression(wrapperOf(node)?.fields, open, open.query.entries, reader);
  return entryOf(node, aliasOf(node), {});
}

function readTable(table: FieldsOf<'RangeVar'>, node: Node, open: Open, reader: Reader): Entry {
  const name = table.relname ?? '';
  const alias = table.alias?.aliasname ?? name;
  const names = namesOf(table.alias?.colnames);
  const cte = table.schemaname === undefined ? open.ctes.get(name) : undefined;
  if (cte !== undefined) return entryOf(node, alias, { columns: renamed(cte, names) });
  const relation = reader.relations.find(({ reference }) => refersTo(table, reference))?.relation ?? null;
  const only = table.inh !== true;
  const columns = relation === null ? null : renamed(columnsOf(relation, only), names);
  const schema = table.alias === undefined ? (relation?.schema ?? null) : null;
  return entryOf(node, alias, { columns, relation, schema, only });
}

function entryOf(node: Node, alias: string, more: Partial<Entry>): Entry {
  return {
    alias,
    schema: null,
    relation: null,
    only: false,
    columns: null,
    mayBeMissing: false,
    query: null,
    ...more,
    node,
  };
}

/** A child table need not have the parent's NOT NULL; that of a foreign table is nobody's promise. */
function columnsOf(relation: RelationFacts, only: boolean): EntryColumn[] {
  const kept =
    relation.kind === 'partitioned-table' || (relation.kind === 'table' && (only || !relation.inherited));
  return relation.columns.map((facts) => ({ name: facts.name, facts, notNull: kept && facts.notNull }));
}

function addJoin(join: FieldsOf<'JoinExpr'>, node: Node, open: Open, reader: Reader): Entry[] {
  const before = open.query.entries.length;
  const left = join.larg === undefined ? [] : addFrom(join.larg, open, reader);
  const right = join.rarg === undefined ? [] : addFrom(join.rarg, open, reader);
  if (join.quals !== undefined) readExpression(join.quals, open, [...left, ...right], reader);
  for (const entry of missing(join.jointype, left, right)) entry.mayBeMissing = true;
  if (join.isNatural === true || join.usingClause !== undefined) open.query.merges = true;
  if (join.alias === undefined) return [...left, ...right];
  open.query.merges = true;
  const hiding = entryOf(node, join.alias.aliasname ?? '', {});
  open.query.entries.splice(before, open.query.entries.length, hiding);
  return [hiding];
}

function missing(
  type: FieldsOf<'JoinExpr'>['jointype'],
  left: readonly Entry[],
  right: readonly Entry[],
): readonly Entry[] {
  if (type === 'JOIN_LEFT') return right;
  if (type === 'JOIN_RIGHT') return left;
  return type === 'JOIN_FULL' ? [...left, ...right] : [];
}

function readExpression(value: unknown, open: Open, visible: readonly Entry[], reader: Reader): void {
  if (Array.isArray(value)) {
    for (const element of value) readExpression(element, open, visible, reader);
    return;
  }
  if (!isRecord(value)) return;
  const node = value as Node;
  if ('ColumnRef' in node) {
    const lead = leadOf(node.ColumnRef, open.query, visible);
    if (lead !== null) reader.leads.set(node, lead);
    return;
  }
  if ('SubLink' in node) {
    const { testexpr, subselect } = node.SubLink;
    readExpression(testexpr, open, visible, reader);
    if (subselect === undefined || !('SelectStmt' in subselect)) return;
    const inside: Surroundings = { outer: open.query, ctes: open.ctes, place: 'expression' };
    const { query: inner } = readQuery(subselect.SelectStmt, inside, reader);
    reader.sublinks.push({ node, link: node.SubLink, around: open.query, inner });
    return;
  }
  for (const child of Object.values(value)) readExpression(child, open, visible, reader);
}

function leadOf(reference: FieldsOf<'ColumnRef'>, query: Query, visible: readonly Entry[]): Lead | null {
  const names = namesOf(reference.fields);
  const name = names.at(-1);
  if (name === undefined || names.length !== (reference.fields ?? []).length || names.length > 3) return null;
  for (let at: Query | null = query; at !== null; at = at.outer) {
    const entries: readonly Entry[] = at === query ? visible : at.entries;
    const found = entryWith(names, name, entries);
    if (found === 'elsewhere') continue;
    const column = found?.columns?.find((candidate) => candidate.name === name);
    return found === null || column === undefined ? null : { query: at, entry: found, column };
  }
  return null;
}

function entryWith(
  names: readonly string[],
  column: string,
  entries: readonly Entry[],
): Entry | null | 'elsewhere' {
  const [table, schema] = names.slice(0, -1).toReversed();
  if (table !== undefined) {
    const named = entries.filter(
      ({ alias, schema: of }) => alias === table && (schema === undefined || of === schema),
    );
    if (named.length === 0) return 'elsewhere';
    return named.length === 1 ? (named[0] ?? null) : null;
  }
  const [found, second] = entries.filter(
    ({ columns }) => columns?.some(({ name }) => name === column) === true,
  );
  if (entries.some(({ columns }) => columns === null)) return null;
  if (found === undefined) return 'elsewhere';
  return second === undefined ? found : null;
}

function outputColumns(query: Query, reader: Reader): Columns {
  const grouping = (query.select.groupClause ?? []).some((node) => 'GroupingSet' in node);
  const columns: EntryColumn[] = [];
  for (const target of query.select.targetList ?? []) {
    if (!('ResTarget' in target) || target.ResTarget.val === undefined) return null;
    const { val, name } = target.ResTarget;
    const star = starEntries(val, query);
    if (star === null) return null;
    for (const entry of star)
      for (const column of entry.columns ?? [])
        columns.push({ ...column, notNull: column.notNull && !entry.mayBeMissing && !grouping });
    if (star.length > 0) continue;
    const lead = reader.leads.get(val);
    const notNull = lead !== undefined && isNeverNull(lead) && lead.query === query && !grouping;
    columns.push({ name: name ?? outputName(val), facts: lead?.column.facts ?? null, notNull });
  }
  return columns;
}

/** The entries that a `*` stands for, none for another expression, null where they are not known. */
function starEntries(val: Node, query: Query): readonly Entry[] | null {
  const fields = 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
  const last = fields.at(-1);
  if (last === undefined || !('A_Star' in last)) return [];
  const table = namesOf(fields).at(-1);
  const entries = query.entries.filter(({ alias }) => table === undefined || alias === table);
  if (query.merges || entries.length === 0 || entries.some(({ columns }) => columns === null)) return null;
  return entries;
}

function renamed(columns: Columns, names: readonly string[]): Columns {
  return columns?.map((column, at) => ({ ...column, name: names[at] ?? column.name })) ?? null;
}

function aliasOf(node: Node): string {
  const alias = wrapperOf(node)?.fields['alias'];
  const name = isRecord(alias) ? alias['aliasname'] : undefined;
  return typeof name === 'string' ? name : '';
}
