import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, factsOf, isWorthwhile, relationOf, rowsRead, rowsRemoved, type FindingRule } from './rule.ts';

/** mydba.dev's rule 1 looks at scans of more than 10,000 rows, PEV2's highest level at 90 % removed. */
const REMOVED_ROWS = 10_000;
const REMOVED_SHARE = 0.9;

/** A whole table is read for a few of its rows. Without ANALYZE the planner's estimates speak. */
export const sequentialScan: FindingRule = {
  code: 'sequential-scan',
  shows: 'a whole table is read for a tenth of its rows or less',
  advice: 'an index on the columns of the condition finds the matching rows without the others',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan
    .nodes()
    .filter((node) => node.type.endsWith('Seq Scan') && node.filter !== null)
    .flatMap((node) => (plan.analyzed ? measured(plan, node, relations) : estimated(plan, node, relations)));
}

function measured(plan: Plan, node: PlanNode, relations: readonly RelationFacts[]): Finding[] {
  const removed = rowsRemoved(node);
  const read = rowsRead(node);
  if (removed < REMOVED_ROWS || removed / read < REMOVED_SHARE || !isWorthwhile(plan, node.exclusiveMs))
    return [];
  return [finding(node, relations, { rowsRead: read, rowsKept: read - removed })];
}

function estimated(plan: Plan, node: PlanNode, relations: readonly RelationFacts[]): Finding[] {
  const read = factsOf(node.relation, relations)?.rows ?? 0;
  const removed = read - node.estimated.rows;
  const share = node.estimated.totalCost / Math.max(1, plan.root.estimated.totalCost);
  if (removed < REMOVED_ROWS || removed / read < REMOVED_SHARE || share < 0.05) return [];
  return [finding(node, relations, { rowsRead: read, rowsKept: node.estimated.rows })];
}

function finding(
  node: PlanNode,
  relations: readonly RelationFacts[],
  numbers: { readonly rowsRead: number; readonly rowsKept: number },
): Finding {
  const { rowsRead: read, rowsKept: kept } = numbers;
  return {
    code: 'sequential-scan',
    message: `all ${count(read)} rows of ${node.relation?.name ?? 'a table'} are read for the ${count(kept)} that match ${node.filter ?? ''}`,
    node: node.id,
    relation: relationOf(node, relations),
    costMs: node.exclusiveMs,
    numbers: { ...numbers, filter: node.filter ?? '' },
  };
}
