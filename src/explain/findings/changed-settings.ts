import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import type { FindingRule } from './rule.ts';

/** Decides which table a name means, not how it is read. */
const NOT_ABOUT_PLANS = new Set(['search_path']);

/** Settings that decide plans and are not the default. A note, so that a plan elsewhere can be compared. */
export const changedSettings: FindingRule = {
  code: 'changed-settings',
  shows: 'note: settings of the planner that are not the default',
  advice: 'compare it only with plans that were made under the same',
  find,
};

function find(plan: Plan, _relations: readonly RelationFacts[]): Finding[] {
  const changed = Object.entries(plan.statement.settings ?? {}).filter(
    ([name]) => !NOT_ABOUT_PLANS.has(name),
  );
  if (changed.length === 0) return [];
  return [
    {
      code: 'changed-settings',
      message: `the plan is made under settings that are not the default: ${changed.map(([name, value]) => `${name} = ${value}`).join(', ')}`,
      relation: null,
      costMs: null,
      numbers: Object.fromEntries(changed),
    },
  ];
}
