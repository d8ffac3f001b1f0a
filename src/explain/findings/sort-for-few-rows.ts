import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, isWorthwhile, relationOf, type FindingRule } from './rule.ts';

/** pg_sage's threshold: rows sorted for each row that the limit lets through. */
const SORTED_PER_ROW = 10;

/** Many rows are read and sorted for the few that a LIMIT keeps; an index in the order of the sort stops early. */
export const sortForFewRows: FindingRule = {
  code: 'sort-for-few-rows',
  shows: 'ten times the rows that a LIMIT keeps are sorted',
  advice: 'an index in the order of the sort, directions included, gives the first rows at once',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((limit) => {
    const sort = limit.type === 'Limit' ? sortBelow(limit) : null;
    const input = sort?.children[0];
    if (sort === null || input === undefined || limit.actual === null || input.actual === null) return [];
    const kept = limit.actual.rows * limit.actual.loops;
    const sorted = input.actual.rows * input.actual.loops;
    if (sorted < SORTED_PER_ROW * Math.max(1, kept)) return [];
    // What the index would save is the sort and the reading of its input.
    const spentMs = sort.actual?.totalMs ?? null;
    if (!isWorthwhile(plan, spentMs)) return [];
    return [
      {
        code: 'sort-for-few-rows',
        message: `${count(sorted)} rows are sorted by ${sort.sortKey.join(', ')} for the ${count(kept)} that the limit keeps`,
        node: sort.id,
        relation: relationOf(input, relations),
        costMs: spentMs,
        numbers: { rowsSorted: sorted, rowsKept: kept, sortKey: sort.sortKey.join(', ') },
      },
    ];
  });
}

/** The sort that feeds a limit, through the Gather Merge of a parallel plan. */
function sortBelow(node: PlanNode): PlanNode | null {
  const input = node.children.find((child) => child.parentRelationship === 'Outer');
  if (input === undefined) return null;
  if (input.type === 'Sort' || input.type === 'Incremental Sort') return input;
  return input.type === 'Gather Merge' || input.type === 'Subquery Scan' ? sortBelow(input) : null;
}
