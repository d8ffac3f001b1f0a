import type { Node } from '@pgsql/types';
import type { UseDraft } from './draft.ts';
import { columnOf, referencesOf } from './expression.ts';
import type { Binding, Reading, Reference, Scope } from './scope.ts';

/** Where a condition stands. */
export interface PredicateContext {
  readonly scope: Scope;
  readonly reading: Reading;
  /** The uses that the condition restricts: the nullable side of an outer join. Null: all. */
  readonly restricts: ReadonlySet<UseDraft> | null;
}

/** The column that a bare reference restricts in this scope; null where it is none or belongs to another scope. */
export function restricted(node: Node | undefined, context: PredicateContext): Binding | null {
  const reference = columnOf(node, context.scope);
  return reference !== null && isRestricted(reference, context) ? reference.binding : null;
}

export function isRestricted(reference: Reference, { scope, restricts }: PredicateContext): boolean {
  if (reference.binding === null || reference.scope !== scope) return false;
  return restricts === null || restricts.has(reference.binding.use);
}

/** As `isRestricted`; in an EXISTS the outer side may be looked up from the inner one as well. */
export function mayJoin(reference: Reference, context: PredicateContext): boolean {
  return isRestricted(reference, context) || reference.scope === context.scope.semiJoinOuter;
}

export function isConstant(node: Node | undefined, { scope, reading }: PredicateContext): boolean {
  return node !== undefined && referencesOf(node, scope, reading).length === 0;
}

/** The column, where the other side of a join is one and nothing else. */
export function exactly(node: Node, scope: Scope): Binding | null {
  return columnOf(node, scope)?.binding ?? null;
}

export function addEquality({ use, column }: Binding, list: boolean): void {
  use.equalities.push({ column, list });
}

/** Both sides in one table use are no join. */
export function addJoin({ use, column }: Binding, other: Binding | null): void {
  if (other?.use === use) return;
  use.joins.push({ column, other: other === null ? null : { alias: other.use.alias, column: other.column } });
}
