import type { Node } from '@pgsql/types';
import type { ColumnFacts } from '../../facts.ts';
import { namesOf } from '../../sql/walk.ts';
import { comparisonOf, flipped, literalOf, typeOf } from '../literal.ts';
import { boolean, cast, inList, integer, operation, text } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule } from '../rule.ts';
import { columnOfNode, type Column, type Scope } from '../scope.ts';
import { isInteger } from '../values.ts';
import type { Place } from '../visit.ts';

/** `id::text = '77'` is served by no index on `id`. Only the one text that the server prints is equal to a value. */
export const textOfColumn: RewriteRule = {
  name: 'text-of-column',
  summary: 'Compares an integer or uuid column itself in place of its text.',
  apply: (subject) =>
    rewritten(subject, {
      reason:
        'the column itself is compared, which an index serves, in place of its text; a text that the server never prints equals none',
      condition: (condition, place) => withoutText(condition, place),
    }),
};

function withoutText(condition: Node, { scope, filters }: Place): Node | null {
  const written = equality(condition, scope);
  if (written === null) return null;
  const { node, column, values } = written;
  const texts = values.map((value) => {
    const literal = literalOf(value);
    return literal === null || literal.numeric || (literal.type !== null && literal.type !== 'text')
      ? null
      : literal.text;
  });
  if (!texts.every((value) => value !== null)) return null;
  const kept = texts.flatMap((value) => valueOf(value, column.facts) ?? []);
  // What equals nothing is false, but NULL of NULL.
  if (kept.length < texts.length && !filters && !column.notNull) return null;
  const [first, ...others] = kept;
  if (first === undefined) return boolean(false);
  return others.length === 0 ? operation(node, '=', first) : inList(node, kept);
}

/** `column::text = …` or `column::text IN (…)` */
function equality(
  condition: Node,
  scope: Scope,
): { readonly node: Node; readonly column: Column; readonly values: readonly Node[] } | null {
  const comparison = comparisonOf(condition);
  if (comparison !== null) {
    if (comparison.operator !== '=') return null;
    const { left, right } = typeOf(comparison.left) === null ? flipped(comparison) : comparison;
    const found = castColumn(left, scope);
    return found === null ? null : { ...found, values: [right] };
  }
  if (
    !('A_Expr' in condition) ||
    condition.A_Expr.kind !== 'AEXPR_IN' ||
    namesOf(condition.A_Expr.name).join('.') !== '='
  )
    return null;
  const { lexpr, rexpr } = condition.A_Expr;
  const found = castColumn(lexpr, scope);
  return found === null || rexpr === undefined || !('List' in rexpr)
    ? null
    : { ...found, values: rexpr.List.items ?? [] };
}

function castColumn(
  node: Node | undefined,
  scope: Scope,
): { readonly node: Node; readonly column: Column } | null {
  if (node === undefined || !('TypeCast' in node) || !/^(?:text|varchar)$/.test(typeOf(node) ?? ''))
    return null;
  const { arg } = node.TypeCast;
  const column = columnOfNode(arg, scope);
  return arg === undefined ||
    column === null ||
    !(isInteger(column.facts) || column.facts.baseType === 'uuid')
    ? null
    : { node: arg, column };
}

/** The value whose text this is; null where there is none. */
function valueOf(written: string, facts: ColumnFacts): Node | null {
  if (facts.baseType === 'uuid')
    return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(written) ? cast(text(written), 'uuid') : null;
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(written)) return null;
  const size = { int2: 15n, int4: 31n, int8: 63n }[facts.baseType as 'int2'];
  const value = BigInt(written);
  return value >= -(1n << size) && value < 1n << size ? integer(value) : null;
}
