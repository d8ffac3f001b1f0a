import type { Node } from '@pgsql/types';
import { namesOf } from '../../sql/walk.ts';
import { comparisonOf, flipped, literalOf } from '../literal.ts';
import { boolean, integer, operation } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule } from '../rule.ts';
import { columnOfNode, type Scope } from '../scope.ts';
import { isInteger } from '../values.ts';
import type { Place } from '../visit.ts';

/**
 * `n + 1 = 78` is served by no index on `n`. Of integers the sum can be taken to the other side; where it overflows
 * the old statement fails, so that there is no answer to differ from.
 */
export const arithmetic: RewriteRule = {
  name: 'arithmetic-on-column',
  summary: 'Takes a sum, difference or product with a constant from an integer column to the other side.',
  apply: (subject) =>
    rewritten(subject, {
      reason:
        'the integer column itself is compared, which an index serves; the constant is reckoned on the other side',
      condition: (condition, place) => solved(condition, place),
    }),
};

function solved(condition: Node, { scope, filters }: Place): Node | null {
  const written = comparisonOf(condition);
  if (written === null) return null;
  const comparison = 'A_Expr' in written.left ? written : flipped(written);
  const term = termOf(comparison.left, scope);
  const value = wholeNumber(comparison.right);
  if (term === null || value === null) return null;
  const { column, sign, offset, factor } = term;
  if (factor !== null) return divided(column, comparison.operator, value, factor, filters || term.notNull);
  // offset - column compares the other way round.
  const { operator } = sign === 1n ? comparison : flipped(comparison);
  return operation(column, operator, integer(sign * (value - offset)));
}

interface Term {
  readonly column: Node;
  readonly notNull: boolean;
  /** `sign * column + offset`, or `factor * column`. */
  readonly sign: 1n | -1n;
  readonly offset: bigint;
  readonly factor: bigint | null;
}

function termOf(node: Node, scope: Scope): Term | null {
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return null;
  const { name, lexpr, rexpr } = node.A_Expr;
  const operator = namesOf(name).join('.');
  if (lexpr === undefined || rexpr === undefined) return null;
  const [left, right] = [lexpr, rexpr].map((side) => columnOfNode(side, scope));
  const [one, other] = [wholeNumber(lexpr), wholeNumber(rexpr)];
  const resolved = left ?? right;
  const constant = left == null ? one : other;
  if (resolved == null || constant === null || !isInteger(resolved.facts)) return null;
  const column = left == null ? rexpr : lexpr;
  const term = { column, notNull: resolved.notNull, sign: 1n, offset: 0n, factor: null } as const;
  if (operator === '+') return { ...term, offset: constant };
  if (operator === '-')
    return left == null ? { ...term, sign: -1n, offset: constant } : { ...term, offset: -constant };
  return operator === '*' && constant !== 0n ? { ...term, factor: constant } : null;
}

/** `factor * column operator value` without the factor. */
function divided(
  column: Node,
  operator: string,
  value: bigint,
  factor: bigint,
  definite: boolean,
): Node | null {
  if (factor < 0n)
    return divided(
      column,
      flipped({ left: column, operator, right: column }).operator,
      -value,
      -factor,
      definite,
    );
  const floor = (value - (((value % factor) + factor) % factor)) / factor;
  if (floor * factor === value) return operation(column, operator, integer(floor));
  switch (operator) {
    case '=':
      return definite ? boolean(false) : null;
    case '<':
    case '<=':
      return operation(column, '<=', integer(floor));
    case '>':
    case '>=':
      return operation(column, '>', integer(floor));
    default:
      return null;
  }
}

/** An integer without a type of its own; a wide one would widen the sum too. */
function wholeNumber(node: Node): bigint | null {
  const literal = literalOf(node);
  if (literal === null || !literal.numeric || literal.type !== null || !/^-?\d{1,9}$/.test(literal.text))
    return null;
  return BigInt(literal.text);
}
