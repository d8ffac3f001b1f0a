import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, isWorthwhile, type FindingRule } from './rule.ts';

const REMOVED_ROWS = 10_000;
const REMOVED_PER_ROW = 10;

/** A join puts rows together and throws nearly all of the pairs away: there is no key to find the right ones by. */
export const joinFilterWaste: FindingRule = {
  code: 'join-filter-waste',
  shows: 'a join throws nearly all pairs away',
  advice: 'join by an equality, which a hash or an index can look up',
  find,
};

function find(plan: Plan, _relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    if (node.actual === null || node.joinFilter === null) return [];
    const removed = node.rowsRemovedByJoinFilter * node.actual.loops;
    const kept = node.actual.rows * node.actual.loops;
    if (removed < REMOVED_ROWS || removed < REMOVED_PER_ROW * kept) return [];
    if (!isWorthwhile(plan, node.exclusiveMs)) return [];
    return [
      {
        code: 'join-filter-waste',
        message: `a ${node.type.toLowerCase()} makes ${count(removed + kept)} pairs of rows, of which ${node.joinFilter} keeps ${count(kept)}`,
        advice: / OR /.test(node.joinFilter)
          ? 'make one branch of a UNION ALL of each side of the OR, so that each can join by a key'
          : 'join by an equality, which a hash or an index can look up',
        node: node.id,
        relation: null,
        costMs: node.exclusiveMs,
        numbers: { pairsRemoved: removed, rowsKept: kept, joinFilter: node.joinFilter },
      },
    ];
  });
}
