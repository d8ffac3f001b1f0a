import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { diskSort } from './disk-sort.ts';
import { inefficientIndex } from './inefficient-index.ts';
import { innerSequentialScan } from './inner-sequential-scan.ts';
import { joinFilterWaste } from './join-filter-waste.ts';
import { orderByLimitWrongIndex } from './order-by-limit-wrong-index.ts';
import { rowMisestimate } from './row-misestimate.ts';
import type { FindingRule } from './rule.ts';
import { sequentialScan } from './sequential-scan.ts';
import { sortForFewRows } from './sort-for-few-rows.ts';
import { staleStatistics } from './stale-statistics.ts';

/** Every kind of finding; the order decides among those of equal cost. */
const RULES: readonly FindingRule[] = [
  staleStatistics,
  sequentialScan,
  innerSequentialScan,
  orderByLimitWrongIndex,
  inefficientIndex,
  sortForFewRows,
  joinFilterWaste,
  diskSort,
  rowMisestimate,
];

/** What is wrong with a plan, worst first; findings without a time come last. */
export function findingsOf(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return RULES.flatMap((rule) => rule(plan, relations)).toSorted(
    (one, other) => (other.costMs ?? -1) - (one.costMs ?? -1),
  );
}
