import type { Node } from '@pgsql/types';
import { cast, integer, operation, text } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule } from '../rule.ts';
import { columnOfNode, type Scope, type SelectStmt } from '../scope.ts';
import { isInteger } from '../values.ts';
import { sortedNode } from './nulls-order.ts';

/**
 * With LIMIT the planner likes to read an index in the wanted order and to throw away what does not fit, which takes
 * long where fitting rows are rare or lie at the end. A sort key that is no plain column takes that plan from it.
 */
export const orderWithoutIndex: RewriteRule = {
  name: 'order-without-index',
  summary: 'Keeps the index of ORDER BY … LIMIT from being read in place of the one for the condition.',
  apply: (subject) =>
    rewritten(subject, {
      reason:
        'the sort key is an expression of the same value, so that the rows are found by the condition and sorted afterwards',
      select: (select, scope) => sortedByExpression(select, scope),
    }),
};

function sortedByExpression(select: SelectStmt, scope: Scope): SelectStmt | null {
  const [first, ...others] = select.sortClause ?? [];
  const isPlain =
    select.larg === undefined && select.distinctClause === undefined && select.groupClause === undefined;
  if (!isPlain || first === undefined || !('SortBy' in first) || select.limitCount === undefined) return null;
  if (select.whereClause === undefined || first.SortBy.sortby_dir === 'SORTBY_USING') return null;
  const sorted = sortedNode(first.SortBy.node, select);
  const node = sorted && sameValue(sorted, scope);
  return node == null ? null : { ...select, sortClause: [{ SortBy: { ...first.SortBy, node } }, ...others] };
}

/** An expression with the value of a column in the same order. */
function sameValue(node: Node, scope: Scope): Node | null {
  const column = columnOfNode(node, scope);
  if (column === null) return null;
  if (isInteger(column.facts) || column.facts.baseType === 'date') return operation(node, '+', integer(0n));
  return column.facts.baseType.startsWith('timestamp')
    ? operation(node, '+', cast(text('0'), 'interval'))
    : null;
}
