import type { Node } from '@pgsql/types';
import { namesOf } from '../../sql/walk.ts';
import { comparisonOf, flipped, literalOf } from '../literal.ts';
import { operation, text } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule } from '../rule.ts';
import { columnOfNode, type Scope } from '../scope.ts';
import type { Place } from '../visit.ts';

/**
 * `doc ->> 'state' = 'new'` is served by no GIN index on `doc`; `doc @> '{"state": "new"}'` is. The same only of a
 * text that is no number, boolean, object or array: `->> 'k' = '55'` finds 55 and "55".
 */
export const jsonbContainment: RewriteRule = {
  name: 'jsonb-to-containment',
  summary: 'Writes the comparison of a jsonb field with a constant as @>, which a GIN index serves.',
  apply: (subject) =>
    rewritten(subject, {
      reason:
        'the field is looked for with @>, which a GIN index serves; the constant can be the text of a string only',
      condition: (condition, place) => withContainment(condition, place),
    }),
};

function withContainment(condition: Node, { scope, filters }: Place): Node | null {
  const written = comparisonOf(condition);
  // @> is false where the comparison is NULL.
  if (written?.operator !== '=' || !filters) return null;
  const comparison = 'A_Expr' in written.left ? written : flipped(written);
  const field = fieldOf(comparison.left, scope);
  const literal = literalOf(comparison.right);
  if (field === null || literal === null || literal.numeric) return null;
  const value = field.asText ? stringOf(literal) : scalarOf(literal);
  if (value === null) return null;
  const wanted = field.path.reduceRight((inner, key) => `{${JSON.stringify(key)}: ${inner}}`, value);
  return operation(field.column, '@>', text(wanted));
}

interface Field {
  readonly column: Node;
  readonly path: readonly string[];
  /** Whether it was read with `->>`. */
  readonly asText: boolean;
}

/** `doc -> 'a' ->> 'b'`; keys that are numbers may mean elements of arrays. */
function fieldOf(node: Node, scope: Scope): Field | null {
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return null;
  const { name, lexpr, rexpr } = node.A_Expr;
  const operator = namesOf(name).join('.');
  const key = literalOf(rexpr);
  if (lexpr === undefined || key === null || key.numeric || key.type !== null || !/^->>?$/.test(operator))
    return null;
  const column = columnOfNode(lexpr, scope);
  if (column !== null) {
    return column.facts.baseType === 'jsonb'
      ? { column: lexpr, path: [key.text], asText: operator === '->>' }
      : null;
  }
  const inner = fieldOf(lexpr, scope);
  return inner === null || inner.asText
    ? null
    : { ...inner, path: [...inner.path, key.text], asText: operator === '->>' };
}

/** The JSON string of a text that no other JSON value has. */
function stringOf({
  text: written,
  type,
}: {
  readonly text: string;
  readonly type: string | null;
}): string | null {
  if (type !== null && type !== 'text') return null;
  return /^(?:true|false|-?\d.*|[[{].*)$/s.test(written) ? null : JSON.stringify(written);
}

/** A JSON value that has nothing inside: of objects and arrays @> also finds larger ones. */
function scalarOf({
  text: written,
  type,
}: {
  readonly text: string;
  readonly type: string | null;
}): string | null {
  if (type !== null && type !== 'jsonb') return null;
  return /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?|"[^"\\]*")$/.test(written) ? written : null;
}
