import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, onlyRelationBelow, type FindingRule } from './rule.ts';

/** A parallel plan did not get the workers that it was made for: others had them. A note about that moment. */
export const workersMissing: FindingRule = {
  code: 'workers-missing',
  shows: 'note: planned parallel workers were not there',
  advice: 'see what else runs in parallel; max_parallel_workers and max_worker_processes limit all together',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const { planned = 0, launched = null } = node.gather ?? {};
    if (launched === null || launched >= planned) return [];
    return [
      {
        code: 'workers-missing',
        message: `${count(launched)} of ${count(planned)} planned parallel workers were there`,
        node: node.id,
        relation: onlyRelationBelow(node, relations),
        costMs: null,
        numbers: { planned, launched },
      },
    ];
  });
}
