import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, isWorthwhile, onlyRelationBelow, type FindingRule } from './rule.ts';

/** As for any subquery that runs again; of estimates alone, rows above which each turn takes long. */
const LOOPS = 100;
const ESTIMATED_ROWS = 1_000;

/**
 * `NOT IN (SELECT …)` whose result does not fit into `hash_mem`: it is searched from its beginning for each row
 * (measured on 18.4: 62 s instead of 0.03 s). PostgreSQL 18 does not rewrite it, not even between NOT NULL columns.
 */
export const notInSubplan: FindingRule = {
  code: 'not-in-subplan',
  shows: '`NOT IN` searches a subquery that is too large to hash, row by row',
  advice: 'write NOT EXISTS, which can be an anti join; mind that NULLs count differently',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((parent) =>
    parent.children.flatMap((node) => {
      if (!isNotIn(parent, node) || !isSlow(plan, node)) return [];
      const { actual } = node;
      const searched = actual === null ? node.estimated.rows : actual.rows;
      const times = actual === null ? 'for each row' : `${count(actual.loops)} times`;
      return [
        {
          code: 'not-in-subplan',
          message: `NOT IN searches the ${count(searched)} rows of ${node.subplanName ?? 'a subquery'} one by one, ${times}: they are too many to hash`,
          node: node.id,
          relation: onlyRelationBelow(node, relations),
          costMs: actual?.totalMs ?? null,
          numbers: { rowsSearched: searched, ...(actual === null ? {} : { loops: actual.loops }) },
        },
      ];
    }),
  );
}

/** Whether a node is the subquery of a NOT IN that is not hashed: `(NOT (ANY (id = (SubPlan 1).col1)))`. */
export function isNotIn(parent: PlanNode, node: PlanNode): boolean {
  if (node.parentRelationship !== 'SubPlan' || node.subplanName === null) return false;
  const conditions = [parent.filter, parent.joinFilter].join(' ');
  return [...conditions.matchAll(/NOT \(ANY \(.*?\((SubPlan \d+)\)/g)].some(
    ([, name]) => name === node.subplanName,
  );
}

function isSlow(plan: Plan, { actual, estimated }: PlanNode): boolean {
  if (!plan.analyzed) return estimated.rows >= ESTIMATED_ROWS;
  return actual !== null && actual.loops >= LOOPS && isWorthwhile(plan, actual.totalMs);
}
