import type { Node, RangeVar } from '@pgsql/types';
import { namesOf, nodesOf } from '../../sql/walk.ts';

/**
 * Whether a condition chooses among the rows of the table: it compares a column of it with something, in every arm of
 * an OR, and of an AND that is negated. That it chooses few of them cannot be told from the text.
 */
export function isBounded(
  condition: Node | undefined,
  table: RangeVar | undefined,
  negated = false,
): boolean {
  if (condition === undefined) return false;
  if (!('BoolExpr' in condition)) return !comparesWithItself(condition) && namesColumn(condition, table);
  const { boolop, args = [] } = condition.BoolExpr;
  if (boolop === 'NOT_EXPR') return args.every((arm) => isBounded(arm, table, !negated));
  const needsAll = (boolop === 'OR_EXPR') !== negated;
  return needsAll
    ? args.every((arm) => isBounded(arm, table, negated))
    : args.some((arm) => isBounded(arm, table, negated));
}

/** Inside a subquery a column counts where it is qualified with the table's name: elsewhere it is another table's. */
function namesColumn(condition: Node, table: RangeVar | undefined): boolean {
  const name = table?.alias?.aliasname ?? table?.relname;
  const outside = [...nodesOf(condition, ({ tag }) => tag !== 'SubLink')].filter(
    ({ tag }) => tag === 'ColumnRef',
  );
  if (outside.some(({ fields }) => [undefined, name].includes(qualifierOf(fields)))) return true;
  for (const { tag, fields } of nodesOf(condition)) {
    if (tag === 'SubLink' && 'testexpr' in fields && namesColumnNode(fields['testexpr'], name)) return true;
    if (tag === 'ColumnRef' && qualifierOf(fields) === name) return true;
  }
  return false;
}

/** The left side of `a IN (SELECT …)` stands outside of the subquery. */
function namesColumnNode(expression: unknown, name: string | undefined): boolean {
  return [...nodesOf(expression, ({ tag }) => tag !== 'SubLink')].some(
    ({ tag, fields }) => tag === 'ColumnRef' && [undefined, name].includes(qualifierOf(fields)),
  );
}

/** `t` of `t.id` and of `s.t.id`; undefined for `id`. */
function qualifierOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  const { fields: parts } = fields;
  return Array.isArray(parts) ? namesOf(parts).at(-2) : undefined;
}

/** `id = id` holds for every row that has an id. */
function comparesWithItself(condition: Node): boolean {
  if (!('A_Expr' in condition)) return false;
  const { lexpr, rexpr } = condition.A_Expr;
  return withoutPositions(lexpr) === withoutPositions(rexpr);
}

function withoutPositions(expression: Node | undefined): string {
  return JSON.stringify(expression, (key, value: unknown) => (key === 'location' ? undefined : value)) ?? '';
}
