import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, isWorthwhile, onlyRelationBelow, type FindingRule } from './rule.ts';

/** Skipping ten rows for each one that is kept, and a thousand in all, is what keyset pagination saves. */
const SKIPPED_PER_ROW = 10;
const SKIPPED_ROWS = 1_000;

/** What a Limit takes from below and does not return was skipped by OFFSET: it is read and thrown away. */
export const deepOffset: FindingRule = {
  code: 'deep-offset',
  shows: 'OFFSET reads ten times the rows that are returned',
  advice: 'ask for the rows after the last one seen: WHERE (sort keys) > (its values) LIMIT n',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((limit) => {
    const input = limit.type === 'Limit' ? limit.children[0] : undefined;
    if (input?.actual == null || limit.actual === null) return [];
    const kept = limit.actual.rows;
    const skipped = input.actual.rows - kept;
    if (skipped < SKIPPED_ROWS || skipped < SKIPPED_PER_ROW * kept) return [];
    if (!isWorthwhile(plan, input.actual.totalMs)) return [];
    return [
      {
        code: 'deep-offset',
        message: `OFFSET skips ${count(skipped)} rows, which are all read, to return ${count(kept)}`,
        node: limit.id,
        relation: onlyRelationBelow(input, relations),
        costMs: input.actual.totalMs,
        numbers: { rowsSkipped: skipped, rowsKept: kept },
      },
    ];
  });
}
