import type { Node } from '@pgsql/types';
import { namesOf, type FieldsOf } from '../sql/walk.ts';
import { isSame } from './total-order.ts';

/** Where the ORDER BY of a query is found among its outputs; null where it is not, or there is none. */
export function sortKeyPositions(tree: Node, outputNames: readonly string[]): number[] | null {
  if (!('SelectStmt' in tree) || tree.SelectStmt.sortClause === undefined) return null;
  const { sortClause, targetList = [] } = tree.SelectStmt;
  const targets = targetList.flatMap((node) => ('ResTarget' in node ? node.ResTarget : []));
  const expands = targets.some(({ val }) => val !== undefined && isStar(val));
  const positions = sortClause.map((node) => {
    const key = 'SortBy' in node ? node.SortBy.node : undefined;
    return key === undefined ? -1 : positionOf(key, targets, expands, outputNames);
  });
  return positions.includes(-1) ? null : positions;
}

function positionOf(
  key: Node,
  targets: readonly FieldsOf<'ResTarget'>[],
  expands: boolean,
  outputNames: readonly string[],
): number {
  if ('A_Const' in key) return (key.A_Const.ival?.ival ?? 0) - 1;
  if (!expands) {
    const at = targets.findIndex(({ val }) => val !== undefined && isSame(val, key));
    if (at !== -1) return at;
  }
  const name = 'ColumnRef' in key ? namesOf(key.ColumnRef.fields).at(-1) : undefined;
  const at = outputNames.indexOf(name ?? '');
  // Of two outputs with that name nobody knows which one is meant.
  return at === outputNames.lastIndexOf(name ?? '') ? at : -1;
}

function isStar(node: Node): boolean {
  return 'ColumnRef' in node && (node.ColumnRef.fields ?? []).some((field) => 'A_Star' in field);
}
