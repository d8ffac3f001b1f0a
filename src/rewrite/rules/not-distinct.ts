import type { Node } from '@pgsql/types';
import { literalOf, parameterOf } from '../literal.ts';
import { both, either, nullTest, operation } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule } from '../rule.ts';
import { columnOfNode } from '../scope.ts';
import type { Place } from '../visit.ts';

/** `IS NOT DISTINCT FROM` uses no index in PostgreSQL 18; `=` does, and means the same of a value that is not NULL. */
export const notDistinct: RewriteRule = {
  name: 'not-distinct-to-equal',
  summary: 'Writes a column IS NOT DISTINCT FROM a constant or parameter with =.',
  apply: (subject) =>
    rewritten(subject, {
      reason:
        'IS NOT DISTINCT FROM written with =, which an index serves; NULL is looked for by itself where it may be meant',
      condition: (condition, place) => withEquality(condition, place),
    }),
};

function withEquality(condition: Node, { scope, filters }: Place): Node | null {
  if (!('A_Expr' in condition) || condition.A_Expr.kind !== 'AEXPR_NOT_DISTINCT') return null;
  const { lexpr, rexpr } = condition.A_Expr;
  if (lexpr === undefined || rexpr === undefined) return null;
  const column = columnOfNode(lexpr, scope) ?? columnOfNode(rexpr, scope);
  // `=` gives NULL where the other gives false.
  if (column === null || !filters) return null;
  const other = columnOfNode(lexpr, scope) === null ? lexpr : rexpr;
  const equal = operation(lexpr, '=', rexpr);
  if (literalOf(other) !== null) return equal;
  if (parameterOf(other) === null) return null;
  if (column.notNull) return equal;
  return either(
    equal,
    both(nullTest(other === lexpr ? rexpr : lexpr, 'IS_NULL'), nullTest(other, 'IS_NULL')),
  );
}
