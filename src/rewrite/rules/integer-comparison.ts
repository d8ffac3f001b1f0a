import type { Node } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';
import { namesOf } from '../../sql/walk.ts';
import { comparisonOf, flipped, literalOf, parameterOf, type Literal } from '../literal.ts';
import { boolean, call, cast, integer, operation } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule } from '../rule.ts';
import { columnOfNode } from '../scope.ts';
import { bigintRange, isInteger, readDecimal, type Decimal } from '../values.ts';
import type { Place } from '../visit.ts';

/**
 * A comparison of an integer column with a number of another type turns the column into that type, which no index on
 * the column serves. An integer that says the same does not.
 */
export const integerComparison: RewriteRule = {
  name: 'integer-comparison',
  summary: 'Compares an integer column with an integer in place of a numeric or floating-point number.',
  apply: (subject) =>
    rewritten(subject, {
      reason: 'the integer column is compared with an integer, not turned into another type for each row',
      condition: (condition, place) => withIntegers(condition, place),
    }),
};

function withIntegers(condition: Node, { scope, filters }: Place): Node | null {
  if ('A_Expr' in condition && condition.A_Expr.kind === 'AEXPR_BETWEEN')
    return between(condition.A_Expr, scope);
  if ('A_Expr' in condition && condition.A_Expr.kind === 'AEXPR_IN')
    return inList(condition.A_Expr, { scope, filters });
  const written = comparisonOf(condition);
  if (written === null) return null;
  const { left, operator, right } = columnOfNode(written.left, scope) === null ? flipped(written) : written;
  const column = columnOfNode(left, scope);
  if (column === null || !isInteger(column.facts)) return null;
  const number = otherNumber(literalOf(right));
  if (number !== null) return compare(left, operator, number, filters || column.notNull);
  return operator === '=' && filters && parameterOf(right)?.type === 'numeric'
    ? operation(left, '=', wholeOrNull(right))
    : null;
}

/** @param definite whether NULL in the column is as good as false here, or there is none */
function compare(column: Node, operator: string, { whole, exact }: Decimal, definite: boolean): Node | null {
  if (exact) return operation(column, operator, integer(whole));
  switch (operator) {
    case '=':
      return definite ? boolean(false) : null;
    case '<':
    case '<=':
      return operation(column, '<=', integer(whole));
    case '>':
    case '>=':
      return operation(column, '>', integer(whole));
    default:
      return null;
  }
}

function between({ lexpr, rexpr }: FieldsOf<'A_Expr'>, scope: Place['scope']): Node | null {
  const column = columnOfNode(lexpr, scope);
  if (lexpr === undefined || column === null || !isInteger(column.facts)) return null;
  const [low, high] = itemsOf(rexpr).map((item) => anyNumber(literalOf(item)));
  if (low == null || high == null || itemsOf(rexpr).every((item) => otherNumber(literalOf(item)) === null))
    return null;
  const from = low.exact ? low.whole : low.whole + 1n;
  return {
    A_Expr: {
      kind: 'AEXPR_BETWEEN',
      name: [{ String: { sval: 'BETWEEN' } }],
      lexpr,
      rexpr: { List: { items: [integer(from), integer(high.whole)] } },
    },
  };
}

/** Numbers that are no integers equal none. */
function inList({ name, lexpr, rexpr }: FieldsOf<'A_Expr'>, { scope, filters }: Place): Node | null {
  const column = columnOfNode(lexpr, scope);
  if (lexpr === undefined || column === null || !isInteger(column.facts) || namesOf(name).join('.') !== '=')
    return null;
  if (!filters && !column.notNull) return null;
  const items = itemsOf(rexpr);
  const numbers = items.map((item) => anyNumber(literalOf(item)));
  if (
    !numbers.every((number) => number !== null) ||
    items.every((item) => otherNumber(literalOf(item)) === null)
  )
    return null;
  const kept = numbers.filter(({ exact }) => exact).map(({ whole }) => integer(whole));
  if (kept.length === 0) return boolean(false);
  return {
    A_Expr: { kind: 'AEXPR_IN', name: [{ String: { sval: '=' } }], lexpr, rexpr: { List: { items: kept } } },
  };
}

const itemsOf = (list: Node | undefined): Node[] =>
  list !== undefined && 'List' in list ? (list.List.items ?? []) : [];

/** A number that is numeric or of floating point; null for integers, which are well as they are. */
function otherNumber(literal: Literal | null): Decimal | null {
  if (literal === null || (literal.type === null && (!literal.numeric || /^-?\d+$/.test(literal.text))))
    return null;
  return anyNumber(literal);
}

/** 2^53: above it a `double precision` is not every integer. */
const EXACT_FLOAT = 9_007_199_254_740_992n;

function anyNumber(literal: Literal | null): Decimal | null {
  if (literal === null || (literal.type === null && !literal.numeric)) return null;
  if (literal.type !== null && !/^(?:numeric|float8)$/.test(literal.type)) return null;
  const number = readDecimal(literal.text);
  if (number === null || number.whole < bigintRange.from || number.whole >= bigintRange.to) return null;
  const size = number.whole < 0n ? -number.whole : number.whole;
  // As a float it is the nearest that there is, and the column's value is too.
  return literal.type === 'float8' && (!number.exact || size >= EXACT_FLOAT) ? null : number;
}

/** The parameter as `bigint` where it is one; NULL, which equals nothing, where it is not. NaN is above all numbers. */
function wholeOrNull(parameter: Node): Node {
  const isWhole = operation(parameter, '=', call('trunc', [parameter]));
  const fits: Node = {
    A_Expr: {
      kind: 'AEXPR_BETWEEN',
      name: [{ String: { sval: 'BETWEEN' } }],
      lexpr: parameter,
      rexpr: { List: { items: [integer(bigintRange.from), integer(bigintRange.to)] } },
    },
  };
  const whole: Node = { BoolExpr: { boolop: 'AND_EXPR', args: [isWhole, fits] } };
  return { CaseExpr: { args: [{ CaseWhen: { expr: whole, result: cast(parameter, 'int8') } }] } };
}
