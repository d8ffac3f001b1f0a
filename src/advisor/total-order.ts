import type { Node } from '@pgsql/types';
import type { IndexFacts, RelationFacts, ResolvedRelation } from '../facts.ts';
import { maySetReturn } from '../sql/pure-functions.ts';
import { functionsOf } from '../sql/probe.ts';
import { shapeOf } from './shape.ts';

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
  return use.relation.indexes.some((index) => isKey(index, use.relation) && covers(sorted, index));
}

function isKey(index: IndexFacts, relation: RelationFacts): boolean {
  const notNull = new Set(relation.columns.filter((column) => column.notNull).map(({ name }) => name));
  return (
    index.unique &&
    index.valid &&
    index.predicate === null &&
    index.keys.every(({ column }) => column !== null && notNull.has(column))
  );
}

function covers(sorted: ReadonlySet<string>, index: IndexFacts): boolean {
  return index.keys.every(({ column }) => column !== null && sorted.has(column));
}
