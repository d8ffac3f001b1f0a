import type { Node } from '@pgsql/types';
import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';
import { columnOf, referencesOf, subjectOf } from './expression.ts';
import { likePrefix } from './like.ts';
import type { PredicateContext } from './restriction.ts';
import { isRestricted } from './restriction.ts';
import type { OperatorUse } from './shape.ts';

/** Operators that B-trees of the default operator classes do not answer, with the one that says the same from the right. */
const OPERATORS: Readonly<Record<string, string | null>> = {
  '~~': null,
  '~~*': null,
  '~': null,
  '~*': null,
  '^@': null,
  '@@': '@@',
  '@>': '<@',
  '<@': '@>',
  '&&': '&&',
  '?': null,
  '?|': null,
  '?&': null,
  '@?': null,
  '%': '%',
  '%>': '<%',
  '<%': '%>',
  '-|-': '-|-',
};

/** Notes a condition whose operator needs another access method or operator class than plain comparisons do. */
export function readOperatorUse(
  left: Node | undefined,
  operator: string,
  right: Node | undefined,
  context: PredicateContext,
): void {
  if (left === undefined || right === undefined || !Object.hasOwn(OPERATORS, operator)) return;
  const flipped = OPERATORS[operator] ?? null;
  note(left, operator, right, context);
  if (flipped !== null) note(right, flipped, left, context);
}

/** `starts_with(column, …)`: the planner makes `column ^@ …` of it. */
export function readPredicateCall(call: FieldsOf<'FuncCall'>, context: PredicateContext): void {
  const [column, prefix] = call.args ?? [];
  if (/^(pg_catalog\.)?starts_with$/.test(namesOf(call.funcname).join('.')))
    readOperatorUse(column, '^@', prefix, context);
}

function note(columnNode: Node, operator: string, other: Node, context: PredicateContext): void {
  const { scope, reading } = context;
  const reference = columnOf(columnNode, scope);
  if (reference?.binding == null || !isRestricted(reference, context)) return;
  const { use, column } = reference.binding;
  if (referencesOf(other, scope, reading).some((used) => used.binding?.use === use || used.binding === null))
    return;
  const condition = { column, operator, literal: patternOf(other) };
  use.operators.push(condition);
  if (isBytewise(use, column) && startsWithConstant(condition))
    // In the order of bytes, what begins alike stands together: a range like any other.
    use.ranges.push({ column, lower: true, upper: true });
}

function isBytewise(use: Parameters<typeof subjectOf>[0], column: string): boolean {
  return subjectOf(use, column)?.collation?.bytewise === true;
}

/** Whether the values that match stand together in the order of bytes, as far as the text tells. */
export function startsWithConstant({ operator, literal }: OperatorUse): boolean {
  if (operator === '^@') return true;
  if (operator === '~~') return literal === null || likePrefix(literal) !== '';
  return operator === '~' && literal !== null && /^\^[\w ]/.test(literal);
}

export function literalOf(node: Node): string | null {
  if ('TypeCast' in node && node.TypeCast.arg !== undefined) return literalOf(node.TypeCast.arg);
  return 'A_Const' in node
    ? (node.A_Const.sval?.sval ?? (node.A_Const.sval === undefined ? null : ''))
    : null;
}

/** Stands for what a parameter will bring: three letters, as most do. */
const SOMETHING = 'xxx';

/** A literal, or what is put together around a parameter: `'%' || $1 || '%'`; null where nothing of it is known. */
function patternOf(node: Node): string | null {
  const literal = literalOf(node);
  if (literal !== null) return literal;
  const parts = partsOf(node);
  return parts === null ? null : parts.map((part) => patternOf(part) ?? SOMETHING).join('');
}

function partsOf(node: Node): readonly Node[] | null {
  if ('FuncCall' in node && /^(pg_catalog\.)?concat$/.test(namesOf(node.FuncCall.funcname).join('.')))
    return node.FuncCall.args ?? [];
  if (!('A_Expr' in node) || namesOf(node.A_Expr.name).join('.') !== '||') return null;
  const { lexpr, rexpr } = node.A_Expr;
  return [lexpr, rexpr].flatMap((side) => side ?? []);
}
