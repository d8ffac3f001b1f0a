import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, isWorthwhile, relationOf, rowsRead, tableOf, type FindingRule } from './rule.ts';

/** Blocks for each row, from which an index scan is worth a look; and in all, below which it does not matter. */
const BLOCKS_PER_ROW = 10;
const BLOCKS = 1_000;
/** About what a page of a narrow index holds, and what a descent reads. */
const ROWS_PER_INDEX_PAGE = 200;
const BLOCKS_PER_SEARCH = 4;

/** An index scan reads far more blocks than its rows need: the index is bloated, or old versions of rows lie around. */
export const scatteredRows: FindingRule = {
  code: 'scattered-rows',
  shows: 'an index scan reads ten times the blocks that its rows need',
  advice:
    'REINDEX the index and VACUUM the table; where that changes nothing, CLUSTER or INCLUDE the columns',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const blocks = node.exclusiveBlocks ?? 0;
    if (blocks < BLOCKS || blocks < BLOCKS_PER_ROW * blocksNeeded(node)) return [];
    if (!isWorthwhile(plan, node.exclusiveMs)) return [];
    const read = rowsRead(node);
    return [
      {
        code: 'scattered-rows',
        message: `the scan of ${tableOf(node)} by ${node.index ?? 'an index'} reads ${count(blocks)} blocks for ${count(read)} rows`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: { index: node.index ?? '', blocks, rowsRead: read },
      },
    ];
  });
}

/** Of a scan that has to fetch each row from a page of its own; infinitely many for what is no index scan. */
function blocksNeeded(node: PlanNode): number {
  const searches = node.indexSearches ?? node.actual?.loops ?? 0;
  if (node.type === 'Index Scan') return Math.max(1, rowsRead(node) + searches);
  if (node.type !== 'Index Only Scan') return Infinity;
  const pages = rowsRead(node) / ROWS_PER_INDEX_PAGE + (node.heapFetches ?? 0);
  return Math.max(1, pages + BLOCKS_PER_SEARCH * searches);
}
