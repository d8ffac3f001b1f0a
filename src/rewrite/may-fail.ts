import type { Node } from '@pgsql/types';
import { namesOf } from '../sql/walk.ts';
import { aggregateName } from './aggregates.ts';
import { wrappersIn } from './transplant.ts';

/**
 * Whether an expression can end a statement with an error for some value: a division by zero, a text that is no number.
 * Where it is evaluated for more rows than before, such a row could be among them.
 */
export function mayFail(part: unknown): boolean {
  return (
    wrappersIn(part, 'A_Expr').some(
      (node) => 'A_Expr' in node && !SAFE_OPERATOR.test(namesOf(node.A_Expr.name).at(-1) ?? ''),
    ) ||
    wrappersIn(part, 'TypeCast').some((node) => !isLiteral(node)) ||
    wrappersIn(part, 'FuncCall').some(
      (node) => 'FuncCall' in node && !SAFE_FUNCTION.test(aggregateName(node.FuncCall) ?? ''),
    )
  );
}

/** Sums may overflow too, but so does every sum. */
const SAFE_OPERATOR = /^(?:=|<>|<|<=|>|>=|\+|-|\*|\|\||~~\*?|!~~\*?|(?:NOT )?BETWEEN(?: SYMMETRIC)?)$/;

const SAFE_FUNCTION =
  /^(?:count|sum|avg|min|max|bool_and|bool_or|every|lower|upper|length|char_length|btrim|now|abs)$/;

/** A constant or a parameter fails at once or never. */
function isLiteral(node: Node): boolean {
  const arg = 'TypeCast' in node ? node.TypeCast.arg : undefined;
  return arg !== undefined && ('A_Const' in arg || 'ParamRef' in arg);
}
