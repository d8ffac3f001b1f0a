import type { Node } from '@pgsql/types';
import { comparisonOf, flipped, literalOf } from '../literal.ts';
import { either, nullTest, operation } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule } from '../rule.ts';
import { columnOfNode, type Column } from '../scope.ts';
import { compared, isInteger, isPlainText } from '../values.ts';
import type { Place } from '../visit.ts';

/** `coalesce(c, 0) = 0` is served by no index on `c`; `c = 0 OR c IS NULL` is. */
export const coalesceToOr: RewriteRule = {
  name: 'coalesce-to-or',
  summary:
    'Writes a comparison of coalesce(column, constant) as one of the column, with IS NULL where that is meant.',
  apply: (subject) =>
    rewritten(subject, {
      reason:
        'the comparison is of the column itself, which an index serves, and NULL is looked for where its substitute fits',
      condition: (condition, place) => withoutCoalesce(condition, place),
    }),
};

function withoutCoalesce(condition: Node, { scope, filters }: Place): Node | null {
  const written = comparisonOf(condition);
  if (written === null) return null;
  const comparison = 'CoalesceExpr' in written.left ? written : flipped(written);
  const { left, operator, right } = comparison;
  if (!('CoalesceExpr' in left)) return null;
  const [argument, substitute, ...others] = left.CoalesceExpr.args ?? [];
  const column = columnOfNode(argument, scope);
  if (argument === undefined || column === null || others.length > 0) return null;
  const fits = isTrueOf(column, substitute, operator, right);
  if (fits === null) return null;
  const direct = operation(argument, operator, right);
  if (fits && !column.notNull) return either(direct, nullTest(argument, 'IS_NULL'));
  // The comparison is then NULL where it was false.
  return filters || column.notNull ? direct : null;
}

/** Whether a comparison holds between two constants of a column's type; null where that cannot be told. */
function isTrueOf({ facts }: Column, left: Node | undefined, operator: string, right: Node): boolean | null {
  const [one, other] = [literalOf(left), literalOf(right)];
  if (one === null || other === null || one.type !== null || other.type !== null) return null;
  if (isInteger(facts)) {
    if (![one, other].every(({ text, numeric }) => numeric && /^-?\d+$/.test(text))) return null;
    return compared(BigInt(one.text), operator, BigInt(other.text));
  }
  if (!isPlainText(facts) || one.numeric || other.numeric) return null;
  if (operator === '=') return one.text === other.text;
  return operator === '<>' ? one.text !== other.text : null;
}
