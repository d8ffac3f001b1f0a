import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, isWorthwhile, percent, relationOf, tableOf, type FindingRule } from './rule.ts';

/** pev2's wish list puts lossy pages up front; below a tenth of them, or 1,000 rows, checking again costs nothing. */
const LOSSY_SHARE = 0.1;
const RECHECKED_ROWS = 1_000;

/** A bitmap did not fit into memory and kept only pages: each row of those is checked again. */
export const lossyBitmap: FindingRule = {
  code: 'lossy-bitmap',
  shows: 'a bitmap without room keeps pages instead of rows',
  advice: 'give the statement a larger work_mem, or one index on all columns of the condition',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    if (node.bitmap === null || node.actual === null) return [];
    const { exactBlocks, lossyBlocks } = node.bitmap;
    const share = lossyBlocks / (exactBlocks + lossyBlocks);
    const removed = node.rowsRemovedByRecheck * node.actual.loops;
    if (share < LOSSY_SHARE || removed < RECHECKED_ROWS || !isWorthwhile(plan, node.exclusiveMs)) return [];
    return [
      {
        code: 'lossy-bitmap',
        message: `the bitmap of ${tableOf(node)} keeps ${percent(share)} of its pages without their rows: ${count(removed)} rows are read and thrown away`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: { exactBlocks, lossyBlocks, rowsRemoved: removed },
      },
    ];
  });
}
