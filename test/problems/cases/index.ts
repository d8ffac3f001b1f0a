import type { Problem } from '../problem.ts';
import { alreadyOptimal } from './already-optimal.ts';
import { budgetTooSmall } from './budget-too-small.ts';
import { candidateGoodIndex } from './candidate-good-index.ts';
import { candidateHostile } from './candidate-hostile.ts';
import { candidateRightRewrite } from './candidate-right-rewrite.ts';
import { candidateSetting } from './candidate-setting.ts';
import { candidateUselessIndex } from './candidate-useless-index.ts';
import { candidateWrongRewrite } from './candidate-wrong-rewrite.ts';
import { dayWithoutIndex } from './day-without-index.ts';
import { daylightSavingDay } from './daylight-saving-day.ts';
import { deepPageWithoutIndex } from './deep-page-without-index.ts';
import { deleteWithForeignKey } from './delete-with-foreign-key.ts';
import { genericPlan } from './generic-plan.ts';
import { hostileFunction } from './hostile-function.ts';
import { hostileSecondStatement } from './hostile-second-statement.ts';
import { indexArrayGin } from './index-array-gin.ts';
import { indexBrin } from './index-brin.ts';
import { indexCastText } from './index-cast-text.ts';
import { indexColumnOrder } from './index-column-order.ts';
import { indexDatePart } from './index-date-part.ts';
import { indexDirection } from './index-direction.ts';
import { indexForEachTable } from './index-for-each-table.ts';
import { indexFullText } from './index-full-text.ts';
import { indexHash } from './index-hash.ts';
import { indexInclude } from './index-include.ts';
import { indexJsonbGin } from './index-jsonb-gin.ts';
import { indexJsonbPath } from './index-jsonb-path.ts';
import { indexLower } from './index-lower.ts';
import { indexNullsLast } from './index-nulls-last.ts';
import { indexPartial } from './index-partial.ts';
import { indexPartitioned } from './index-partitioned.ts';
import { indexTextPattern } from './index-text-pattern.ts';
import { indexTrigram } from './index-trigram.ts';
import { indexWider } from './index-wider.ts';
import { innocentCount } from './innocent-count.ts';
import { innocentLastDay } from './innocent-last-day.ts';
import { innocentUnion } from './innocent-union.ts';
import { latestPerGroupWithoutIndex } from './latest-per-group-without-index.ts';
import { mostRows } from './most-rows.ts';
import { noNewIndex } from './no-new-index.ts';
import { notInNull } from './not-in-null.ts';
import { orWithoutIndex } from './or-without-index.ts';
import { paramsDollar } from './params-dollar.ts';
import { paramsNamed } from './params-named.ts';
import { paramsQuestionMark } from './params-question-mark.ts';
import { rewriteAboveAverage } from './rewrite-above-average.ts';
import { rewriteArithmetic } from './rewrite-arithmetic.ts';
import { rewriteCoalesce } from './rewrite-coalesce.ts';
import { rewriteCorrelatedSum } from './rewrite-correlated-sum.ts';
import { rewriteCountExists } from './rewrite-count-exists.ts';
import { rewriteCteFence } from './rewrite-cte-fence.ts';
import { rewriteCteUsedTwice } from './rewrite-cte-used-twice.ts';
import { rewriteDay } from './rewrite-day.ts';
import { rewriteDeepPage } from './rewrite-deep-page.ts';
import { rewriteDistinctJoin } from './rewrite-distinct-join.ts';
import { rewriteDistinctKey } from './rewrite-distinct-key.ts';
import { rewriteExistsOr } from './rewrite-exists-or.ts';
import { rewriteJsonbContainment } from './rewrite-jsonb-containment.ts';
import { rewriteLatestPerGroup } from './rewrite-latest-per-group.ts';
import { rewriteLooseScan } from './rewrite-loose-scan.ts';
import { rewriteNotDistinct } from './rewrite-not-distinct.ts';
import { rewriteNotIn } from './rewrite-not-in.ts';
import { rewriteNullsLast } from './rewrite-nulls-last.ts';
import { rewriteNumericLiteral } from './rewrite-numeric-literal.ts';
import { rewriteOrAcrossJoin } from './rewrite-or-across-join.ts';
import { rewriteScalarLookups } from './rewrite-scalar-lookups.ts';
import { rewriteUnionAll } from './rewrite-union-all.ts';
import { settingMemory } from './setting-memory.ts';
import { settingPlanner } from './setting-planner.ts';
import { skipScanSuffices } from './skip-scan-suffices.ts';
import { skipScanTooMany } from './skip-scan-too-many.ts';
import { staleMaterializedView } from './stale-materialized-view.ts';
import { staleWithParameters } from './stale-with-parameters.ts';
import { statisticsDependencies } from './statistics-dependencies.ts';
import { statisticsExpression } from './statistics-expression.ts';
import { statisticsMcv } from './statistics-mcv.ts';
import { statisticsNdistinct } from './statistics-ndistinct.ts';
import { statisticsStale } from './statistics-stale.ts';
import { tableMissing } from './table-missing.ts';
import { targetMet } from './target-met.ts';
import { ties } from './ties.ts';
import { updateWithoutIndex } from './update-without-index.ts';
import { vacuumDeadRows } from './vacuum-dead-rows.ts';
import { vacuumVisibility } from './vacuum-visibility.ts';
import { wholeTable } from './whole-table.ts';
import { writeHeavy } from './write-heavy.ts';

/** All of them; a new one is a file here and its name in this list. */
export const PROBLEMS: readonly Problem[] = [
  alreadyOptimal,
  budgetTooSmall,
  candidateGoodIndex,
  candidateHostile,
  candidateRightRewrite,
  candidateSetting,
  candidateUselessIndex,
  candidateWrongRewrite,
  dayWithoutIndex,
  daylightSavingDay,
  deepPageWithoutIndex,
  deleteWithForeignKey,
  genericPlan,
  hostileFunction,
  hostileSecondStatement,
  indexArrayGin,
  indexBrin,
  indexCastText,
  indexColumnOrder,
  indexDatePart,
  indexDirection,
  indexForEachTable,
  indexFullText,
  indexHash,
  indexInclude,
  indexJsonbGin,
  indexJsonbPath,
  indexLower,
  indexNullsLast,
  indexPartial,
  indexPartitioned,
  indexTextPattern,
  indexTrigram,
  indexWider,
  innocentCount,
  innocentLastDay,
  innocentUnion,
  latestPerGroupWithoutIndex,
  mostRows,
  noNewIndex,
  notInNull,
  orWithoutIndex,
  paramsDollar,
  paramsNamed,
  paramsQuestionMark,
  rewriteAboveAverage,
  rewriteArithmetic,
  rewriteCoalesce,
  rewriteCorrelatedSum,
  rewriteCountExists,
  rewriteCteFence,
  rewriteCteUsedTwice,
  rewriteDay,
  rewriteDeepPage,
  rewriteDistinctJoin,
  rewriteDistinctKey,
  rewriteExistsOr,
  rewriteJsonbContainment,
  rewriteLatestPerGroup,
  rewriteLooseScan,
  rewriteNotDistinct,
  rewriteNotIn,
  rewriteNullsLast,
  rewriteNumericLiteral,
  rewriteOrAcrossJoin,
  rewriteScalarLookups,
  rewriteUnionAll,
  settingMemory,
  settingPlanner,
  skipScanSuffices,
  skipScanTooMany,
  staleMaterializedView,
  staleWithParameters,
  statisticsDependencies,
  statisticsExpression,
  statisticsMcv,
  statisticsNdistinct,
  statisticsStale,
  tableMissing,
  targetMet,
  ties,
  updateWithoutIndex,
  vacuumDeadRows,
  vacuumVisibility,
  wholeTable,
  writeHeavy,
];
