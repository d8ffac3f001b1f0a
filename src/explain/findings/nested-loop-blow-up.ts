import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, isWorthwhile, onlyRelationBelow, rowsReturned, type FindingRule } from './rule.ts';

/** pg_sage's factor; below 1,000 turns a nested loop is what one wants. */
const FACTOR = 10;
const LOOPS = 1_000;

/** A nested loop was planned for few outer rows and got many: each of them runs the inner side again. */
export const nestedLoopBlowUp: FindingRule = {
  code: 'nested-loop-blow-up',
  shows: 'a nested loop was planned for a tenth of the outer rows that it gets',
  advice: 'correct the estimate of the outer rows, so that the planner can choose a hash join',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((join) => {
    if (join.type !== 'Nested Loop') return [];
    const outer = join.children.find((child) => child.parentRelationship === 'Outer');
    const inner = join.children.find((child) => child.parentRelationship === 'Inner');
    if (outer?.actual == null || inner?.actual == null || inner.actual.loops < LOOPS) return [];
    const expected = Math.max(1, outer.estimated.rows);
    if (outer.actual.rows < FACTOR * expected || !isWorthwhile(plan, inner.actual.totalMs)) return [];
    return [
      {
        code: 'nested-loop-blow-up',
        message: `a nested loop was planned for ${count(expected)} outer rows and gets ${count(outer.actual.rows)}: its inner side runs ${count(inner.actual.loops)} times`,
        node: join.id,
        relation: onlyRelationBelow(outer, relations),
        costMs: inner.actual.totalMs,
        numbers: {
          plannedRows: expected,
          actualRows: outer.actual.rows,
          loops: inner.actual.loops,
          innerRows: rowsReturned(inner),
        },
      },
    ];
  });
}
