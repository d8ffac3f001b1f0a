import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, isWorthwhile, kilobytes, onlyRelationBelow, type FindingRule } from './rule.ts';

/** The groups of a hashed aggregate did not fit into memory and went through temporary files. */
export const hashAggregateSpill: FindingRule = {
  code: 'hash-aggregate-spill',
  shows: 'a hashed aggregate goes through temporary files',
  advice:
    'give the statement a larger work_mem (times hash_mem_multiplier), or an index in the order of the groups',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const { hashAggregate } = node;
    if (hashAggregate === null || (hashAggregate.batches <= 1 && hashAggregate.diskKb === 0)) return [];
    if (!isWorthwhile(plan, node.exclusiveMs)) return [];
    const { batches, diskKb, plannedPartitions } = hashAggregate;
    const key = node.groupKey.join(', ');
    const surprise = plannedPartitions === 0 ? ', which the planner did not expect' : '';
    return [
      {
        code: 'hash-aggregate-spill',
        message: `the groups by ${key} go through ${kilobytes(diskKb)} of temporary files in ${count(batches)} batches${surprise}`,
        node: node.id,
        relation: onlyRelationBelow(node, relations),
        costMs: node.exclusiveMs,
        numbers: { groupKey: key, batches, diskKb, plannedPartitions },
      },
    ];
  });
}
