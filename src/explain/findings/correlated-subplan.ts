import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { isNotIn } from './not-in-subplan.ts';
import { count, isWorthwhile, milliseconds, onlyRelationBelow, type FindingRule } from './rule.ts';

/** Once is a constant, a few times is nothing; a hashed subplan runs once. */
const LOOPS = 100;

/** A subquery runs again for each row of what is around it. */
export const correlatedSubplan: FindingRule = {
  code: 'correlated-subplan',
  shows: 'a subquery runs a hundred times or more',
  advice: 'write it as a join with a grouped subquery, or as LATERAL, so that it runs once',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((parent) =>
    parent.children.flatMap((node) => {
      if (node.parentRelationship !== 'SubPlan' || node.actual === null) return [];
      const { loops, totalMs } = node.actual;
      if (loops < LOOPS || isNotIn(parent, node) || !isWorthwhile(plan, totalMs)) return [];
      const each = totalMs === null ? '' : `, ${milliseconds(totalMs / loops)} each time`;
      return [
        {
          code: 'correlated-subplan',
          message: `the subquery ${node.subplanName ?? ''} runs ${count(loops)} times, once for each row around it${each}`,
          node: node.id,
          relation: onlyRelationBelow(node, relations),
          costMs: totalMs,
          numbers: { loops },
        },
      ];
    }),
  );
}
