import type { Node } from '@pgsql/types';
import { fieldsOf, nodesOf } from '../sql/walk.ts';
import type { FieldsOf, Visited } from '../sql/walk.ts';
import type { ReadQuery, Reading, Reference, Scope, Source } from './scope.ts';
import { resolve } from './scope.ts';

/** Where a column comes from that cannot be told: still no constant. */
const NOWHERE: Source = { alias: '', schema: null, columns: null, base: null };

/** Where every column in an expression leads, those included that its subqueries take from this scope or further out. */
export function referencesOf(expression: unknown, scope: Scope, reading: Reading): Reference[] {
  const references: Reference[] = [];
  for (const node of nodesOf(expression, outsideSubqueries)) {
    const column = fieldsOf(node, 'ColumnRef');
    if (column !== null) references.push(resolve(column, scope) ?? { scope, source: NOWHERE, binding: null });
    const sublink = fieldsOf(node, 'SubLink');
    if (sublink === null) continue;
    references.push(...(readSubquery(sublink, scope, reading)?.escaped ?? []));
    references.push(...referencesOf(sublink.testexpr, scope, reading));
  }
  return references;
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

/** Where a bare column leads; null for anything else: a cast or a function around it hides it from an index. */
export function columnOf(node: Node | undefined, scope: Scope): Reference | null {
  return node !== undefined && 'ColumnRef' in node ? resolve(node.ColumnRef, scope) : null;
}

function outsideSubqueries(node: Visited): boolean {
  return node.tag !== 'SubLink' && node.tag !== 'RangeSubselect' && node.tag !== 'CommonTableExpr';
}
