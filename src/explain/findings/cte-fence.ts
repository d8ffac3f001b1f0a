import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { isCte } from '../exclusive.ts';
import {
  count,
  isWorthwhile,
  onlyRelationBelow,
  rowsRemoved,
  rowsReturned,
  sumMs,
  type FindingRule,
} from './rule.ts';

const REMOVED_PER_ROW = 10;
const REMOVED_ROWS = 1_000;

/** A CTE is computed whole and filtered afterwards: conditions do not pass into one that is materialized. */
export const cteFence: FindingRule = {
  code: 'cte-fence',
  shows: 'a CTE is computed whole and filtered afterwards',
  advice: 'write AS NOT MATERIALIZED, or the condition inside the CTE',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  const nodes = plan.nodes();
  return nodes.flatMap((scan) => {
    if (scan.type !== 'CTE Scan' || scan.cte === null || scan.filter === null) return [];
    const [removed, kept] = [rowsRemoved(scan), rowsReturned(scan)];
    if (removed < REMOVED_ROWS || removed < REMOVED_PER_ROW * kept) return [];
    const cte = nodes.find((node) => isCte(node) && node.subplanName === `CTE ${scan.cte}`);
    const costMs = sumMs(scan.exclusiveMs, cte?.actual?.totalMs ?? null);
    if (!isWorthwhile(plan, costMs)) return [];
    return [finding(scan, scan.filter, { removed, kept }, costMs, cte, relations)];
  });
}

function finding(
  scan: PlanNode,
  filter: string,
  { removed, kept }: { readonly removed: number; readonly kept: number },
  costMs: number | null,
  cte: PlanNode | undefined,
  relations: readonly RelationFacts[],
): Finding {
  return {
    code: 'cte-fence',
    message: `the CTE ${scan.cte ?? ''} is computed whole, then ${filter} throws ${count(removed)} of its rows away and keeps ${count(kept)}`,
    node: scan.id,
    relation: cte === undefined ? null : onlyRelationBelow(cte, relations),
    costMs,
    numbers: { rowsRemoved: removed, rowsKept: kept, filter },
  };
}
