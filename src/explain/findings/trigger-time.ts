import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, isWorthwhile, milliseconds } from './rule.ts';

const SHARE = 0.1;

/** A trigger, such as the one that keeps a foreign key, takes a good part of the statement. */
export function triggerTime(plan: Plan, _relations: readonly RelationFacts[]): Finding[] {
  const { totalMs } = plan;
  return plan.statement.triggers.flatMap(({ name, constraint, relation, ms, calls }) => {
    if (ms === null || totalMs === null || ms < SHARE * totalMs || !isWorthwhile(plan, ms)) return [];
    const what = constraint === null ? `the trigger ${name}` : `the constraint ${constraint}`;
    const on = relation === null ? '' : ` on ${relation}`;
    return [
      {
        code: 'trigger-time',
        message: `${what}${on} takes ${milliseconds(ms)} in ${count(calls)} calls`,
        advice:
          constraint === null
            ? 'look at what the trigger does for each row; one for the statement may do it once'
            : 'an index on the referencing columns of the constraint finds the rows to check',
        relation: null,
        costMs: ms,
        numbers: { trigger: constraint ?? name, calls, triggerMs: ms },
      },
    ];
  });
}
