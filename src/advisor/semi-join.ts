import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';
import { columnOf, readSubquery } from './expression.ts';
import type { PredicateContext } from './restriction.ts';
import { addJoin, mayJoin } from './restriction.ts';

/** `column IN (SELECT …)` and `EXISTS (SELECT …)`: a join in both directions. */
export function readSemiJoin(sublink: FieldsOf<'SubLink'>, context: PredicateContext): void {
  const { scope, reading } = context;
  const operator = namesOf(sublink.operName).at(-1) ?? '=';
  const isIn = sublink.subLinkType === 'ANY_SUBLINK' && operator === '=';
  if (!isIn && sublink.subLinkType !== 'EXISTS_SUBLINK') return;
  const read = readSubquery(sublink, scope, reading, context.restricts === null);
  const tested = sublink.testexpr;
  if (!isIn || read === null || tested === undefined) return;
  const left = 'RowExpr' in tested ? (tested.RowExpr.args ?? []) : [tested];
  const outputs = [...(read.columns?.values() ?? [])];
  for (const [at, node] of left.entries()) {
    const outer = columnOf(node, scope);
    const inner = outputs[at] ?? null;
    if (outer?.binding != null && mayJoin(outer, context)) addJoin(outer.binding, inner);
    if (inner !== null) addJoin(inner, outer?.binding ?? null);
  }
}
