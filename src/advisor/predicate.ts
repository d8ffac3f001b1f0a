import type { Node } from '@pgsql/types';
import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';
import { readSeparateAlternatives } from './alternatives.ts';
import { readConstantFilter } from './constant-filter.ts';
import { columnOf, referencesOf, subjectOf } from './expression.ts';
import { readOperatorUse, readPredicateCall } from './operator-use.ts';
import type { PredicateContext } from './restriction.ts';
import {
  addEquality,
  addJoin,
  exactly,
  isConstant,
  isRestricted,
  mayJoin,
  restricted,
} from './restriction.ts';
import { readSemiJoin } from './semi-join.ts';

/** Notes what a condition asks of the uses in its scope. Only what is AND-ed at the top restricts anything. */
export function readPredicate(node: Node, context: PredicateContext): void {
  readConstantFilter(node, context);
  if ('BoolExpr' in node) {
    const { boolop, args = [] } = node.BoolExpr;
    if (boolop === 'AND_EXPR') for (const argument of args) readPredicate(argument, context);
    else if (boolop === 'OR_EXPR') readAlternatives(args, context);
    else readBoolean(args[0], context);
  } else if ('ColumnRef' in node) readBoolean(node, context);
  else if ('BooleanTest' in node) {
    const { arg, booltesttype } = node.BooleanTest;
    if (booltesttype === 'IS_TRUE' || booltesttype === 'IS_FALSE') readBoolean(arg, context);
  } else if ('NullTest' in node) {
    const column = restricted(node.NullTest.arg, context);
    if (node.NullTest.nulltesttype === 'IS_NULL' && column !== null) addEquality(column, false);
  } else if ('A_Expr' in node) readOperator(node.A_Expr, context);
  else if ('FuncCall' in node) readPredicateCall(node.FuncCall, context);
  else if ('SubLink' in node) readSemiJoin(node.SubLink, context);
}

function readOperator(expression: FieldsOf<'A_Expr'>, context: PredicateContext): void {
  const { kind, lexpr, rexpr } = expression;
  const [operator, qualified] = namesOf(expression.name).toReversed();
  const listed = rexpr !== undefined && 'List' in rexpr ? (rexpr.List.items ?? []) : [];
  if (operator === undefined) return;
  if (kind === 'AEXPR_OP' || kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE')
    readOperatorUse(lexpr, operator, rexpr, context);
  if (qualified !== undefined && qualified !== 'pg_catalog') return;
  if (kind === 'AEXPR_OP') compare(lexpr, operator, rexpr, context);
  else if (kind === 'AEXPR_BETWEEN') {
    compare(lexpr, '>=', listed[0], context);
    compare(lexpr, '<=', listed[1], context);
  } else if (operator === '=' && (kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY')) {
    const column = restricted(lexpr, context);
    if (column !== null && isConstant(rexpr, context)) addEquality(column, listed.length !== 1);
  }
}

const FLIPPED: Readonly<Record<string, string>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function compare(
  left: Node | undefined,
  operator: string,
  right: Node | undefined,
  context: PredicateContext,
): void {
  const flipped = FLIPPED[operator];
  if (left === undefined || right === undefined || flipped === undefined) return;
  if ('RowExpr' in left && 'RowExpr' in right) {
    const lefts = left.RowExpr.args ?? [];
    const rights = right.RowExpr.args ?? [];
    // (a, b) > (1, 2) bounds a; (a, b) = (1, 2) is an equality of each.
    const compared = operator === '=' ? lefts.length : 1;
    for (const [at, element] of lefts.slice(0, compared).entries())
      compare(element, operator, rights[at], context);
    return;
  }
  readSide(left, operator, right, context);
  readSide(right, flipped, left, context);
}

/** One direction of a comparison: what it says of the column on its left. */
function readSide(columnNode: Node, operator: string, other: Node, context: PredicateContext): void {
  const { scope, reading } = context;
  const reference = columnOf(columnNode, scope);
  if (reference === null || reference.binding === null) return;
  const { binding } = reference;
  const others = referencesOf(other, scope, reading);
  if (others.some((used) => used.source === reference.source || used.binding?.use === binding.use)) return;
  const joined = others[0];
  if (operator === '=') {
    if (joined !== undefined && mayJoin(reference, context)) addJoin(binding, exactly(other, scope));
    if (joined === undefined && isRestricted(reference, context)) addEquality(binding, false);
  } else if (isRestricted(reference, context) && others.every((used) => used.scope !== scope)) {
    const lower = operator.startsWith('>');
    binding.use.ranges.push({ column: binding.column, lower, upper: !lower });
  }
}

/** `a = 1 OR a = 2 OR a IN (3, 4)` is a list of values of `a`; other alternatives use no index here. */
function readAlternatives(alternatives: readonly Node[], context: PredicateContext): void {
  const columns = alternatives.map((alternative) => {
    if (!('A_Expr' in alternative)) return null;
    const { kind, name, lexpr, rexpr } = alternative.A_Expr;
    const equates = kind === 'AEXPR_OP' || kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY';
    if (!equates || namesOf(name).join('.') !== '=') return null;
    const column = restricted(lexpr, context);
    if (column !== null) return isConstant(rexpr, context) ? column : null;
    return isConstant(lexpr, context) ? restricted(rexpr, context) : null;
  });
  const [first, ...others] = columns;
  readSeparateAlternatives(alternatives, context);
  if (first === undefined || first === null) return;
  if (others.every((other) => other?.use === first.use && other.column === first.column))
    addEquality(first, true);
}

function readBoolean(node: Node | undefined, context: PredicateContext): void {
  const column = restricted(node, context);
  if (column !== null && subjectOf(column.use, column.column)?.type === 'bool') addEquality(column, false);
}
