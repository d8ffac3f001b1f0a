import type { Node } from '@pgsql/types';
import type { ResolvedRelation } from '../facts.ts';
import { maySetReturn } from '../sql/pure-functions.ts';
import { functionsOf } from '../sql/probe.ts';
import { shapeOf } from './shape.ts';
import { uniqueKeys } from './unique-keys.ts';

/**
 * Whether the ORDER BY of a query leaves no two rows equal, so that its result can be compared as a sequence: one
 * table, each of its rows at most once, and all columns of a unique key that has no NULLs among the sort columns.
 * False means that it cannot be told.
 */
export function ordersTotally(tree: Node, relations: readonly ResolvedRelation[]): boolean {
  if (!('SelectStmt' in tree)) return false;
  const { distinctClause, groupClause, havingClause, targetList } = tree.SelectStmt;
  if (distinctClause !== undefined || groupClause !== undefined || havingClause !== undefined) return false;
  // A set-returning function repeats a row; an unknown function may be one.
  if (functionsOf(targetList).some(maySetReturn)) return false;
  const use = shapeOf(tree, relations).only;
  if (use === null) return false;
  const sorted = new Set(use.orderBy.map(({ column }) => column));
  // Whether it says ONLY is not known here; without it rows of tables that inherit come too, and no key covers them.
  return uniqueKeys(use.relation, false).some((key) => key.every((column) => sorted.has(column)));
}
