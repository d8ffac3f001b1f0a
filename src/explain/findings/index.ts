import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { castOnColumn } from './cast-on-column.ts';
import { changedSettings } from './changed-settings.ts';
import { coldReads } from './cold-reads.ts';
import { correlatedSubplan } from './correlated-subplan.ts';
import { cteFence } from './cte-fence.ts';
import { deepOffset } from './deep-offset.ts';
import { disabledNode } from './disabled-node.ts';
import { diskSort } from './disk-sort.ts';
import { hashAggregateSpill } from './hash-aggregate-spill.ts';
import { hashSpill } from './hash-spill.ts';
import { heapFetches } from './heap-fetches.ts';
import { inefficientIndex } from './inefficient-index.ts';
import { innerSequentialScan } from './inner-sequential-scan.ts';
import { jitOverhead } from './jit-overhead.ts';
import { joinFilterWaste } from './join-filter-waste.ts';
import { listDescents } from './list-descents.ts';
import { lossyBitmap } from './lossy-bitmap.ts';
import { memoizeThrash } from './memoize-thrash.ts';
import { nestedLoopBlowUp } from './nested-loop-blow-up.ts';
import { notInSubplan } from './not-in-subplan.ts';
import { orderByLimitWrongIndex } from './order-by-limit-wrong-index.ts';
import { parallelSkew } from './parallel-skew.ts';
import { partitionsNotPruned } from './partitions-not-pruned.ts';
import { planningHeavy } from './planning-heavy.ts';
import { rowMisestimate } from './row-misestimate.ts';
import type { FindingRule } from './rule.ts';
import { scatteredRows } from './scattered-rows.ts';
import { sequentialScan } from './sequential-scan.ts';
import { serialScan } from './serial-scan.ts';
import { serializationCost } from './serialization-cost.ts';
import { skipScan } from './skip-scan.ts';
import { sortForFewRows } from './sort-for-few-rows.ts';
import { staleStatistics } from './stale-statistics.ts';
import { temporaryFiles } from './temporary-files.ts';
import { triggerTime } from './trigger-time.ts';
import { tuplestoreSpill } from './tuplestore-spill.ts';
import { unindexedForeignKey } from './unindexed-foreign-key.ts';
import { walHeavyWrite } from './wal-heavy-write.ts';
import { wideRows } from './wide-rows.ts';
import { workersMissing } from './workers-missing.ts';

/** Every kind of finding; the order decides among those of equal cost: what to change first, notes last. */
export const FINDING_RULES: readonly FindingRule[] = [
  staleStatistics,
  sequentialScan,
  castOnColumn,
  innerSequentialScan,
  nestedLoopBlowUp,
  notInSubplan,
  correlatedSubplan,
  orderByLimitWrongIndex,
  inefficientIndex,
  skipScan,
  listDescents,
  scatteredRows,
  heapFetches,
  lossyBitmap,
  sortForFewRows,
  deepOffset,
  joinFilterWaste,
  cteFence,
  partitionsNotPruned,
  diskSort,
  hashSpill,
  hashAggregateSpill,
  tuplestoreSpill,
  memoizeThrash,
  wideRows,
  rowMisestimate,
  serialScan,
  triggerTime,
  unindexedForeignKey,
  serializationCost,
  jitOverhead,
  planningHeavy,
  walHeavyWrite,
  workersMissing,
  parallelSkew,
  temporaryFiles,
  coldReads,
  disabledNode,
  changedSettings,
];

/** What is wrong with a plan, worst first; findings without a time come last. */
export function findingsOf(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return FINDING_RULES.flatMap(({ advice, find }) =>
    find(plan, relations).map((finding) => ({ ...finding, advice: finding.advice ?? advice })),
  ).toSorted((one, other) => (other.costMs ?? -1) - (one.costMs ?? -1));
}
