import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { HashTable, Plan, PlanNode } from '../tree.ts';
import { count, isWorthwhile, kilobytes, onlyRelationBelow, sumMs, type FindingRule } from './rule.ts';

/** The hash table of a join did not fit into memory, so both of its sides went through temporary files. */
export const hashSpill: FindingRule = {
  code: 'hash-spill',
  shows: 'a hash join goes through temporary files',
  advice: 'give the statement a larger work_mem (times hash_mem_multiplier), or hash fewer and narrower rows',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((join) =>
    join.children.flatMap((node) => {
      if (node.hash === null || node.hash.batches <= 1) return [];
      const costMs = sumMs(join.exclusiveMs, node.exclusiveMs);
      return isWorthwhile(plan, costMs) ? [finding(join, node, node.hash, costMs, relations)] : [];
    }),
  );
}

function finding(
  join: PlanNode,
  node: PlanNode,
  { batches, originalBatches, peakMemoryKb }: HashTable,
  costMs: number | null,
  relations: readonly RelationFacts[],
): Finding {
  // One batch at a time is in memory.
  const neededKb = peakMemoryKb === null ? null : peakMemoryKb * batches;
  const size = neededKb === null ? 'more memory' : `about ${kilobytes(neededKb)} of memory`;
  const grown = batches > originalBatches;
  const planned = grown ? `, where ${count(originalBatches)} were planned` : '';
  return {
    code: 'hash-spill',
    message: `the hash table of ${join.joinCond ?? 'a join'} is worked off in ${count(batches)} batches through temporary files${planned}: it needs ${size}`,
    advice: `${grown ? 'correct the estimate of its rows, and ' : ''}give the statement a larger work_mem (times hash_mem_multiplier), or hash fewer and narrower rows`,
    node: node.id,
    relation: onlyRelationBelow(node, relations),
    costMs,
    numbers: { batches, plannedBatches: originalBatches, ...(neededKb === null ? {} : { neededKb }) },
  };
}
