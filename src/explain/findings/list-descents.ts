import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, isWorthwhile, relationOf, rowsReturned, type FindingRule } from './rule.ts';

const SEARCHES = 100;
/** PostgreSQL 18 answers neighbours of a list in one descent; fewer rows than this for each shows that they are none. */
const ROWS_PER_SEARCH = 2;

/** A long list (`IN`, `= ANY`) makes an index scan descend again for nearly each element. */
export const listDescents: FindingRule = {
  code: 'list-descents',
  shows: 'a long `IN` list descends an index for each of its elements',
  advice: 'join the list as VALUES or unnest(…), so that a hash join can read the table once',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const searches = node.indexSearches ?? 0;
    if (node.actual === null || node.indexCond?.includes('= ANY (') !== true) return [];
    const rows = rowsReturned(node);
    if (searches < SEARCHES || searches < 2 * node.actual.loops || rows > ROWS_PER_SEARCH * searches)
      return [];
    if (!isWorthwhile(plan, node.exclusiveMs)) return [];
    return [
      {
        code: 'list-descents',
        message: `the list in the condition of ${node.index ?? 'an index'} takes ${count(searches)} descents for ${count(rows)} rows`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: { index: node.index ?? '', searches, rows },
      },
    ];
  });
}
