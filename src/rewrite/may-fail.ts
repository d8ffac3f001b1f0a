import type { Node } from '@pgsql/types';
import { namesOf, nodesNamed } from '../sql/walk.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { aggregateName } from './aggregates.ts';

/**
 * Whether an expression can end a statement with an error for some value: a division by zero, a text that is no number, a
 * subquery of two rows. Where it is evaluated for more rows than before, such a row could be among them.
 */
export function mayFail(part: unknown): boolean {
  return (
    nodesNamed(part, 'A_Expr').some((expression) => !isSafeOperation(expression)) ||
    nodesNamed(part, 'TypeCast').some(({ arg }) => !isGiven(arg)) ||
    nodesNamed(part, 'FuncCall').some((call) => !isSafeCall(call)) ||
    nodesNamed(part, 'SubLink').some(({ subLinkType }) => subLinkType === 'EXPR_SUBLINK')
  );
}

/** Sums may overflow too, but so does every sum. */
const SAFE_OPERATOR =
  /^(?:=|<>|<|<=|>|>=|\+|-|\*|\|\||~~\*?|!~~\*?|->>?|#>>?|@>|<@|\?|&&|(?:NOT )?BETWEEN(?: SYMMETRIC)?)$/;

function isSafeOperation({ name, rexpr }: FieldsOf<'A_Expr'>): boolean {
  const operator = namesOf(name).at(-1) ?? '';
  return SAFE_OPERATOR.test(operator) || (/^[/%]$/.test(operator) && isNonZero(rexpr));
}

function isNonZero(node: Node | undefined): boolean {
  if (node === undefined || !('A_Const' in node)) return false;
  const { ival, fval } = node.A_Const;
  return Number(ival?.ival ?? fval?.fval ?? 0) !== 0;
}

const SAFE_FUNCTION =
  /^(?:count|sum|avg|min|max|bool_and|bool_or|every|lower|upper|length|char_length|btrim|now|abs|round|floor|ceil|ceiling|concat|left|right|replace|md5)$/;
/** Their first argument says what is wanted: a text that the server knows, or does not know, whatever the row. */
const SAFE_WHEN_SAID = /^(?:date_trunc|date_part|extract)$/;

function isSafeCall(call: FieldsOf<'FuncCall'>): boolean {
  const name = aggregateName(call) ?? '';
  return SAFE_FUNCTION.test(name) || (SAFE_WHEN_SAID.test(name) && isGiven(call.args?.[0]));
}

/** A constant or a parameter fails at once or never. */
function isGiven(node: Node | undefined): boolean {
  return node !== undefined && ('A_Const' in node || 'ParamRef' in node);
}
