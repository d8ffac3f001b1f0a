import type { RewriteSubject } from './rule.ts';
import { functionsOf } from '../sql/probe.ts';
import { isPure, isVolatile } from '../sql/pure-functions.ts';
import { isPureOperator } from '../sql/pure-types.ts';
import { fieldsOf, namesOf, nodesNamed, nodesOf } from '../sql/walk.ts';
import { refersTo } from '../advisor/references.ts';

/**
 * Whether a part of a statement gives the same however often and whenever within the statement it is evaluated: it
 * calls only functions of the catalog that are not volatile, writes and locks nothing, and samples nothing. What an
 * unknown function, operator or view does cannot be told.
 */
export function isSteady(part: unknown, { relations }: Pick<RewriteSubject, 'relations'>): boolean {
  return (
    functionsOf(part).every((called) => isPure(called) && !isVolatile(called)) &&
    [...nodesOf(part)].every((node) => {
      if (node.tag === 'A_Expr') return isKnown(fieldsOf(node, 'A_Expr')?.name);
      return node.tag === null || !UNSTEADY.has(node.tag);
    }) &&
    nodesNamed(part, 'RangeVar').every((range) =>
      relations.every(({ reference, relation }) => relation.kind !== 'view' || !refersTo(range, reference)),
    )
  );
}

/** `A_Indirection` may be a call: `(x).f` */
const UNSTEADY: ReadonlySet<string> = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'RangeTableSample',
  'LockingClause',
  'A_Indirection',
]);

/** `BETWEEN` and the like are named by what they are, not by an operator. */
function isKnown(name: Parameters<typeof namesOf>[0]): boolean {
  const names = namesOf(name);
  return isPureOperator(names) || /^(?:NOT )?BETWEEN(?: SYMMETRIC)?$/.test(names.at(-1) ?? '');
}
