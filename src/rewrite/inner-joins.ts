import type { Node } from '@pgsql/types';
import { conjuncts } from './nodes.ts';
import type { Query } from './statement.ts';

/** What inner joins and WHERE together say: the entries of FROM, and all conditions on them. */
export interface InnerJoins {
  readonly items: readonly Node[];
  readonly conditions: readonly Node[];
}

/** Null where a join is of another sort, merges columns, or an entry sees those before it. */
export function innerJoinsOf({ select, merges }: Query): InnerJoins | null {
  const items: Node[] = [];
  const conditions: Node[] = [];
  const add = (node: Node): boolean => {
    if ('RangeVar' in node) return items.push(node) > 0;
    if ('RangeSubselect' in node) return node.RangeSubselect.lateral !== true && items.push(node) > 0;
    if (!('JoinExpr' in node) || node.JoinExpr.jointype !== 'JOIN_INNER') return false;
    const { larg, rarg, quals } = node.JoinExpr;
    if (larg === undefined || rarg === undefined || !add(larg) || !add(rarg)) return false;
    conditions.push(...conjuncts(quals));
    return true;
  };
  if (merges || !(select.fromClause ?? []).every(add)) return null;
  return { items, conditions: [...conditions, ...conjuncts(select.whereClause)] };
}
