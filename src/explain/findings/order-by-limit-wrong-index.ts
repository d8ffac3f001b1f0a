import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, isWorthwhile, relationOf, rowsRemoved, type FindingRule } from './rule.ts';

/** As for `inefficient-index`: below 1,000 rows walked over it costs nothing. */
const REMOVED_ROWS = 1_000;

/**
 * The planner walks an index in the order of the ORDER BY and hopes that the LIMIT is soon full, but the filter
 * lets few rows through (pganalyze's "wrong index due to ORDER BY + LIMIT").
 */
export const orderByLimitWrongIndex: FindingRule = {
  code: 'order-by-limit-wrong-index',
  shows: 'an index is walked for its order, and a filter throws nearly all of it away',
  advice: 'an index that begins with the columns of the filter and ends with those of the order serves both',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    if (node.filter === null || !isWalkedForItsOrder(plan, node)) return [];
    const removed = rowsRemoved(node);
    if (removed < REMOVED_ROWS || !isWorthwhile(plan, node.exclusiveMs)) return [];
    const kept = (node.actual?.rows ?? 0) * (node.actual?.loops ?? 0);
    return [
      {
        code: 'order-by-limit-wrong-index',
        message: `${node.index ?? 'an index'} is walked for its order: ${count(removed)} rows are thrown away by ${node.filter} for ${count(kept)} kept`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: { index: node.index ?? '', rowsRemoved: removed, rowsKept: kept, filter: node.filter },
      },
    ];
  });
}

/** Whether an index scan looks nothing up and feeds a Limit, with nothing between that needs all rows first. */
export function isWalkedForItsOrder(plan: Plan, node: PlanNode): boolean {
  if (!/^Index (Only )?Scan$/.test(node.type) || node.indexCond !== null) return false;
  for (const ancestor of plan.ancestors(node)) {
    if (ancestor.type === 'Limit') return true;
    if (/Sort|Aggregate|Hash|WindowAgg|SetOp|Materialize/.test(ancestor.type)) return false;
  }
  return false;
}
