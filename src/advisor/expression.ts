import type { Node } from '@pgsql/types';
import { fieldsOf, nodesOf } from '../sql/walk.ts';
import type { FieldsOf, Visited } from '../sql/walk.ts';
import type { UseDraft } from './draft.ts';
import type { Binding, ColumnRef, ReadQuery, Reading, Reference, Scope, Source } from './scope.ts';
import { resolve } from './scope.ts';
import { columnSubject, columnTree, expressionSubject, withColumns, type Subject } from './subject.ts';
import { typeOf } from './typed-expression.ts';

/** Where a column comes from that cannot be told: still no constant. */
const NOWHERE: Source = { alias: '', schema: null, columns: null, base: null };

/** Where every column in an expression leads, those included that its subqueries take from this scope or further out. */
export function referencesOf(expression: unknown, scope: Scope, reading: Reading): Reference[] {
  const references: Reference[] = [];
  for (const node of nodesOf(expression, outsideSubqueries)) {
    const column = fieldsOf(node, 'ColumnRef');
    if (column !== null) references.push(readColumn(column, scope));
    const sublink = fieldsOf(node, 'SubLink');
    if (sublink === null) continue;
    references.push(...(readSubquery(sublink, scope, reading)?.escaped ?? []));
    references.push(...referencesOf(sublink.testexpr, scope, reading));
  }
  return references;
}

function readColumn(column: ColumnRef, scope: Scope): Reference {
  const reference = resolve(column, scope);
  if (reference?.binding != null) noteRead(reference.binding);
  if (reference !== null) return reference;
  // `*`, a whole row, or a name that cannot be told: it may be any column.
  for (let at: Scope | null = scope; at !== null; at = at.outer)
    for (const { base, columns } of at.sources) {
      if (base !== null) base.wholeRow = true;
      for (const binding of columns?.values() ?? []) if (binding !== null && base === null) noteRead(binding);
    }
  return { scope, source: NOWHERE, binding: null };
}

/** The statement needs the value of this column, or of those in its expression. */
export function noteRead({ use, column }: Binding): void {
  for (const name of use.expressions.get(column)?.columns ?? [column]) use.columns.add(name);
}

/** Reads a subquery of an expression, once. */
export function readSubquery(
  sublink: FieldsOf<'SubLink'>,
  scope: Scope,
  reading: Reading,
  semiJoins = false,
): ReadQuery | null {
  const select = sublink.subselect;
  if (select === undefined || !('SelectStmt' in select)) return null;
  const known = reading.subqueries.get(sublink);
  if (known !== undefined) return known;
  const surroundings = { outer: scope, semiJoinOuter: semiJoins ? scope : null, ctes: scope.ctes };
  const read = reading.readQuery(select.SelectStmt, surroundings, reading);
  reading.subqueries.set(sublink, read);
  return read;
}

/**
 * Where a column leads, or an immutable expression over columns of one table, of which an index can hold the values;
 * null for anything else.
 */
export function columnOf(node: Node | undefined, scope: Scope): Reference | null {
  if (node === undefined) return null;
  return 'ColumnRef' in node ? resolve(node.ColumnRef, scope) : expressionReference(node, scope);
}

function expressionReference(node: Node, scope: Scope): Reference | null {
  const found: Reference[] = [];
  const typed = typeOf(node, (column) => {
    const reference = resolve(column, scope);
    const subject =
      reference?.binding == null ? null : subjectOf(reference.binding.use, reference.binding.column);
    if (reference === null || subject === null) return null;
    found.push(reference);
    return subject;
  });
  const [first] = found;
  const use = first?.binding?.use;
  if (typed === null || first === undefined || use === undefined) return null;
  if (found.some(({ source, binding }) => source !== first.source || binding?.use !== use)) return null;
  // What a subquery hands through under another name, or a virtual column, is what it stands for.
  const tree = withColumns(node, (names) => {
    const column = resolve({ fields: names.map((sval) => ({ String: { sval } })) }, scope)?.binding?.column;
    return column === undefined ? columnTree('') : (subjectOf(use, column)?.tree ?? columnTree(column));
  });
  const subject = expressionSubject(tree, use.relation, typed);
  if (subject === null) return null;
  use.expressions.set(subject.name, subject);
  return { ...first, binding: { use, column: subject.name } };
}

/** What a name in the conditions of a use means; null for a column that its table does not have. */
export function subjectOf(
  use: Pick<UseDraft, 'relation'> & { readonly expressions: ReadonlyMap<string, Subject> },
  name: string,
): Subject | null {
  const known = use.expressions.get(name);
  if (known !== undefined) return known;
  const column = use.relation.columns.find((candidate) => candidate.name === name);
  return column === undefined ? null : columnSubject(column);
}

function outsideSubqueries(node: Visited): boolean {
  return node.tag !== 'SubLink' && node.tag !== 'RangeSubselect' && node.tag !== 'CommonTableExpr';
}
