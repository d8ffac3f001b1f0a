import type { Node } from '@pgsql/types';
import { namesOf, nodesNamed } from './walk.ts';

/**
 * Whether the text fixes which rows come back: no LIMIT, OFFSET, DISTINCT ON or sampling anywhere, whose choice among
 * equals is the planner's, and no window function, whose order among equals is too. Volatile functions show
 * themselves when the statement runs twice.
 */
export function isDeterministic(tree: Node): boolean {
  const chooses = nodesNamed(tree, 'SelectStmt').some(
    (select) =>
      select.limitCount !== undefined ||
      select.limitOffset !== undefined ||
      (select.distinctClause ?? []).some((entry) => Object.keys(entry).length > 0),
  );
  const samples = nodesNamed(tree, 'RangeTableSample').length > 0;
  const windows = nodesNamed(tree, 'FuncCall').some((call) => call.over !== undefined);
  const ordered = nodesNamed(tree, 'FuncCall').some((call) =>
    ORDER_SENSITIVE.test(namesOf(call.funcname).at(-1) ?? ''),
  );
  const sqlJson = nodesNamed(tree, 'JsonArrayAgg').length + nodesNamed(tree, 'JsonObjectAgg').length > 0;
  return !chooses && !samples && !windows && !ordered && !sqlJson;
}

/** Aggregates whose value depends on the order in which rows arrive; sums of floating-point numbers among them. */
const ORDER_SENSITIVE =
  /^(?:any_value|mode|sum|avg|corr|xmlagg|(?:array|string|json|jsonb|json_object|jsonb_object)_agg(?:_\w+)?|(?:stddev|var|covar|regr)_\w+|stddev|variance|range_agg|range_intersect_agg)$/;
