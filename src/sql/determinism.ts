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
    ORDER_SENSITIVE.has(namesOf(call.funcname).at(-1) ?? ''),
  );
  return !chooses && !samples && !windows && !ordered;
}

/** Aggregates whose value depends on the order in which rows arrive; floating-point sums among them. */
const ORDER_SENSITIVE = new Set([
  'array_agg',
  'string_agg',
  'json_agg',
  'jsonb_agg',
  'xmlagg',
  'sum',
  'avg',
  'stddev',
  'variance',
  'corr',
]);
