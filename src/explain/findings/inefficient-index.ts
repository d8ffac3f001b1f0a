import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { isWalkedForItsOrder } from './order-by-limit-wrong-index.ts';
import { count, isWorthwhile, relationOf, rowsRead, rowsRemoved, type FindingRule } from './rule.ts';

/** PEV2's highest level is 90 % removed; below 1,000 rows it costs nothing. */
const REMOVED_ROWS = 1_000;
const REMOVED_SHARE = 0.9;

const SCANS = new Set(['Index Scan', 'Index Only Scan', 'Bitmap Heap Scan']);

/** An index is used, but most of what it leads to is thrown away by a filter. */
export const inefficientIndex: FindingRule = {
  code: 'inefficient-index',
  shows: 'an index leads to ten times the rows that a filter keeps',
  advice: 'an index that also has the columns of the filter finds the right rows at once',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    if (!SCANS.has(node.type) || node.filter === null || isWalkedForItsOrder(plan, node)) return [];
    const removed = rowsRemoved(node);
    const read = rowsRead(node);
    if (removed < REMOVED_ROWS || removed / read < REMOVED_SHARE) return [];
    if (!isWorthwhile(plan, node.exclusiveMs)) return [];
    const index = indexesBelow(node).join(', ');
    return [
      {
        code: 'inefficient-index',
        message: `${index} leads to ${count(read)} rows of ${node.relation?.name ?? 'a table'}, of which ${node.filter} keeps ${count(read - removed)}`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: { index, rowsRead: read, rowsKept: read - removed, filter: node.filter },
      },
    ];
  });
}

/** A bitmap's indexes hang below it. */
function indexesBelow(node: PlanNode): string[] {
  return node.index === null ? node.children.flatMap(indexesBelow) : [node.index];
}
