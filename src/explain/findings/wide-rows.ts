import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, isWorthwhile, onlyRelationBelow, rowsReturned, type FindingRule } from './rule.ts';

const WIDTH_BYTES = 1024;
const ROWS = 1_000;

const KEEPS_ROWS = new Set(['Sort', 'Incremental Sort', 'Hash', 'Materialize', 'WindowAgg']);

/** Wide rows are carried through what has to keep them: sorts, hashes, windows. */
export const wideRows: FindingRule = {
  code: 'wide-rows',
  shows: 'rows of 1 kB and more are sorted, hashed or kept',
  advice: 'sort and join by keys first, and fetch the wide columns for the rows that are left',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const { width } = node.estimated;
    const rows = node.actual === null ? node.estimated.rows : rowsReturned(node);
    if (!KEEPS_ROWS.has(node.type) || width < WIDTH_BYTES || rows < ROWS) return [];
    if (isBelowAnother(plan, node) || !isWorthwhile(plan, node.exclusiveMs)) return [];
    return [
      {
        code: 'wide-rows',
        message: `a ${node.type} keeps ${count(rows)} rows of ${count(width)} bytes each`,
        node: node.id,
        relation: onlyRelationBelow(node, relations),
        costMs: node.exclusiveMs,
        numbers: { rows, widthBytes: width },
      },
    ];
  });
}

/** The uppermost speaks for those below it that keep the same rows. */
function isBelowAnother(plan: Plan, node: PlanNode): boolean {
  const [parent] = plan.ancestors(node);
  return parent !== undefined && KEEPS_ROWS.has(parent.type) && parent.estimated.width >= WIDTH_BYTES;
}
