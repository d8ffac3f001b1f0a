import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { relationOf, type FindingRule } from './rule.ts';

/** The planner took a node that a setting (`enable_…`) speaks against, since there was no other way. A note. */
export const disabledNode: FindingRule = {
  code: 'disabled-node',
  shows: 'note: a setting speaks against a node, and there was no other way',
  advice: 'RESET the enable_ settings: the plan is not the one that the planner would choose',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  const nodes = plan.nodes().filter(({ disabled }) => disabled);
  const [first] = nodes;
  if (first === undefined) return [];
  const types = [...new Set(nodes.map(({ type }) => type))].join(', ');
  const off = Object.entries(plan.statement.settings ?? {})
    .filter(([name, value]) => name.startsWith('enable_') && value === 'off')
    .map(([name]) => name);
  return [
    {
      code: 'disabled-node',
      message: `a setting speaks against ${types}, and there was no other way${off.length === 0 ? '' : ` (off: ${off.join(', ')})`}`,
      node: first.id,
      relation: relationOf(first, relations),
      costMs: null,
      numbers: { nodes: nodes.length, types, ...(off.length === 0 ? {} : { off: off.join(', ') }) },
    },
  ];
}
