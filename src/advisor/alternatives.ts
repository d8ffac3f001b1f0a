import type { Node } from '@pgsql/types';
import { namesOf } from '../sql/walk.ts';
import type { PredicateContext } from './restriction.ts';
import { isConstant, restricted } from './restriction.ts';
import type { Binding } from './scope.ts';

/** Notes an OR of which every arm can be looked up in an index of its own: the server puts what they find together. */
export function readSeparateAlternatives(alternatives: readonly Node[], context: PredicateContext): void {
  const columns = alternatives.map((alternative) => lookedUpBy(alternative, context));
  const [first] = columns;
  if (first == null || !columns.every((column) => column?.use === first.use)) return;
  const distinct = [...new Set(columns.flatMap((binding) => binding?.column ?? []))];
  if (distinct.length > 1) first.use.alternatives.push(distinct);
}

const COMPARISONS = new Set(['=', '<', '<=', '>', '>=']);

/** The column by which an index would find the rows of a condition; of several, the first. */
function lookedUpBy(node: Node, context: PredicateContext): Binding | null {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') {
    const columns = (node.BoolExpr.args ?? []).map((argument) => lookedUpBy(argument, context));
    return columns.find((column) => column !== null) ?? null;
  }
  if ('NullTest' in node && node.NullTest.nulltesttype === 'IS_NULL')
    return restricted(node.NullTest.arg, context);
  if (!('A_Expr' in node)) return null;
  const { kind, name, lexpr, rexpr } = node.A_Expr;
  const operator = namesOf(name).join('.');
  const single = kind === 'AEXPR_OP' && COMPARISONS.has(operator);
  const listed = (kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY') && operator === '=';
  if ((single || listed || kind === 'AEXPR_BETWEEN') && isConstant(rexpr, context))
    return restricted(lexpr, context);
  return single && isConstant(lexpr, context) ? restricted(rexpr, context) : null;
}
