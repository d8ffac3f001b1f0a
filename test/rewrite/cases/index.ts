import { arithmeticOnColumn } from './arithmetic-on-column.ts';
import { coalesceToOr } from './coalesce-to-or.ts';
import { correlatedAggregateToJoin } from './correlated-aggregate-to-join.ts';
import { countToExists } from './count-to-exists.ts';
import { countsToOneScan } from './counts-to-one-scan.ts';
import { cteMaterialized } from './cte-materialized.ts';
import { cteNotMaterialized } from './cte-not-materialized.ts';
import { dateToRange } from './date-to-range.ts';
import { distinctJoinToExists } from './distinct-join-to-exists.ts';
import { distinctOnKey } from './distinct-on-key.ts';
import { distinctOnToLateral } from './distinct-on-to-lateral.ts';
import { distinctToLooseScan } from './distinct-to-loose-scan.ts';
import { exceptToNotExists } from './except-to-not-exists.ts';
import { extremeToFirstRow } from './extreme-to-first-row.ts';
import { integerComparison } from './integer-comparison.ts';
import { jsonbToContainment } from './jsonb-to-containment.ts';
import { keysetOrToRow } from './keyset-or-to-row.ts';
import { lookupToJoin } from './lookup-to-join.ts';
import { lookupsToLateral } from './lookups-to-lateral.ts';
import { notDistinctToEqual } from './not-distinct-to-equal.ts';
import { notInToNotExists } from './not-in-to-not-exists.ts';
import { nullsOrderOnNotNull } from './nulls-order-on-not-null.ts';
import { offsetToDeferredJoin } from './offset-to-deferred-join.ts';
import { offsetToKeyset } from './offset-to-keyset.ts';
import { orToOrderedUnion } from './or-to-ordered-union.ts';
import { orToUnionAll } from './or-to-union-all.ts';
import { orderWithoutIndex } from './order-without-index.ts';
import { rowNumberToDistinctOn } from './row-number-to-distinct-on.ts';
import { selfAggregateToWindow } from './self-aggregate-to-window.ts';
import { textOfColumn } from './text-of-column.ts';
import { unionToUnionAll } from './union-to-union-all.ts';
import type { RuleCases } from '../rule-cases.ts';

/** The cases of every rewrite. */
export const RULE_CASES: readonly RuleCases[] = [
  arithmeticOnColumn,
  coalesceToOr,
  correlatedAggregateToJoin,
  countToExists,
  countsToOneScan,
  cteMaterialized,
  cteNotMaterialized,
  dateToRange,
  distinctJoinToExists,
  distinctOnKey,
  distinctOnToLateral,
  distinctToLooseScan,
  exceptToNotExists,
  extremeToFirstRow,
  integerComparison,
  jsonbToContainment,
  keysetOrToRow,
  lookupToJoin,
  lookupsToLateral,
  notDistinctToEqual,
  notInToNotExists,
  nullsOrderOnNotNull,
  offsetToDeferredJoin,
  offsetToKeyset,
  orToOrderedUnion,
  orToUnionAll,
  orderWithoutIndex,
  rowNumberToDistinctOn,
  selfAggregateToWindow,
  textOfColumn,
  unionToUnionAll,
];
