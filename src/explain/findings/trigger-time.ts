import type { ReferencingFacts, RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, Trigger } from '../tree.ts';
import { count, isWorthwhile, milliseconds, type FindingRule } from './rule.ts';

const SHARE = 0.1;

/** A trigger, such as the one that keeps a foreign key, takes a good part of the statement. */
export const triggerTime: FindingRule = {
  code: 'trigger-time',
  shows: 'a trigger or foreign key takes a tenth of the time',
  advice:
    'look at what the trigger does for each row; a foreign key needs an index on its referencing columns',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  const { totalMs } = plan;
  return plan.statement.triggers.flatMap((trigger) => {
    const { name, constraint, relation, ms, calls } = trigger;
    if (ms === null || totalMs === null || ms < SHARE * totalMs || !isWorthwhile(plan, ms)) return [];
    const what = constraint === null ? `the trigger ${name}` : `the constraint ${constraint}`;
    const on = relation === null ? '' : ` on ${relation}`;
    const referencing = referencingOf(trigger, relations);
    return [
      {
        code: 'trigger-time',
        message: `${what}${on} takes ${milliseconds(ms)} in ${count(calls)} calls`,
        advice: adviceFor(trigger, referencing),
        relation: referencing?.table ?? null,
        costMs: ms,
        numbers: { trigger: constraint ?? name, calls, triggerMs: ms },
      },
    ];
  });
}

/** The foreign key that a trigger of the table that it refers to keeps; null where it is not known. */
function referencingOf(
  { constraint, relation }: Trigger,
  relations: readonly RelationFacts[],
): ReferencingFacts | null {
  const found = relations
    .filter(({ name }) => name === relation)
    .flatMap(({ referencedBy }) => referencedBy)
    .filter(({ name }) => name === constraint);
  return found.length === 1 ? (found[0] ?? null) : null;
}

function adviceFor({ constraint }: Trigger, referencing: ReferencingFacts | null): string {
  if (constraint === null)
    return 'look at what the trigger does for each row; one for the statement may do it once';
  if (referencing === null || referencing.indexed)
    return 'an index that begins with the referencing columns of the constraint finds the rows to check';
  const { table, columns } = referencing;
  return `an index on ${table.schema}.${table.name} (${columns.join(', ')}), which there is none of, finds the rows to check`;
}
