import { functionsOf } from '../sql/probe.ts';
import { maySetReturn } from '../sql/pure-functions.ts';
import { namesOf } from '../sql/walk.ts';
import type { FieldsOf } from '../sql/walk.ts';
import type { Node } from '@pgsql/types';
import { isRecord } from '../sql/walk.ts';
import type { SelectStmt } from './statement.ts';

/** Whether the rows of a query are those of FROM that WHERE lets through: nothing merges, counts, sorts out or repeats them. */
export function isPlainSelect(select: SelectStmt): boolean {
  return (
    isOneRowEach(select) &&
    select.distinctClause === undefined &&
    select.limitCount === undefined &&
    select.limitOffset === undefined
  );
}

/** The same, DISTINCT and LIMIT aside. */
export function isOneRowEach(select: SelectStmt): boolean {
  return (
    select.op !== 'SETOP_UNION' &&
    select.larg === undefined &&
    select.valuesLists === undefined &&
    select.intoClause === undefined &&
    select.lockingClause === undefined &&
    select.groupClause === undefined &&
    select.havingClause === undefined &&
    (select.targetList ?? []).length > 0 &&
    !hasAggregate(select.targetList) &&
    !hasAggregate(select.sortClause) &&
    !hasWindow(select) &&
    !functionsOf(select.targetList).some(maySetReturn)
  );
}

/** The only entry of a SELECT list; null where there are several, or none. */
export function onlyTarget(targetList: readonly Node[] | undefined): FieldsOf<'ResTarget'> | null {
  const [only, more] = targetList ?? [];
  return only !== undefined && more === undefined && 'ResTarget' in only ? only.ResTarget : null;
}

/** `SELECT DISTINCT`; DISTINCT ON has its expressions in the clause. */
export function isPlainDistinct({ distinctClause }: Pick<SelectStmt, 'distinctClause'>): boolean {
  return distinctClause?.length === 1 && Object.keys(distinctClause[0] ?? {}).length === 0;
}

/** A call of what is, or may be, an aggregate of this query itself. */
export function aggregatesIn(part: unknown): FieldsOf<'FuncCall'>[] {
  return callsIn(part).filter((call) => call.over === undefined && isAggregate(call));
}

export const hasAggregate = (part: unknown): boolean => aggregatesIn(part).length > 0 || hasGrouping(part);

export function hasWindow(select: SelectStmt): boolean {
  return (
    select.windowClause !== undefined ||
    callsIn([select.targetList, select.sortClause]).some(({ over }) => over !== undefined)
  );
}

/** The calls in a part that are evaluated with it, not in a subquery. */
function callsIn(part: unknown): FieldsOf<'FuncCall'>[] {
  if (Array.isArray(part)) return part.flatMap(callsIn);
  if (!isRecord(part)) return [];
  const node = part as Node;
  if ('SubLink' in node) return callsIn(node.SubLink.testexpr);
  const below = Object.values(part).flatMap(callsIn);
  return 'FuncCall' in node ? [node.FuncCall, ...below] : below;
}

function hasGrouping(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(hasGrouping);
  if (!isRecord(part) || 'SubLink' in part) return false;
  return (
    'GroupingFunc' in part ||
    'JsonArrayAgg' in part ||
    'JsonObjectAgg' in part ||
    Object.values(part).some(hasGrouping)
  );
}

function isAggregate(call: FieldsOf<'FuncCall'>): boolean {
  return (
    call.agg_star === true ||
    call.agg_distinct === true ||
    call.agg_filter !== undefined ||
    call.agg_order !== undefined ||
    AGGREGATES.test(namesOf(call.funcname).at(-1) ?? '')
  );
}

/** The aggregates of PostgreSQL 18's catalog. */
const AGGREGATES =
  /^(?:any_value|avg|bit_(?:and|or|xor)|bool_(?:and|or)|corr|count|covar_\w+|every|max|min|mode|percentile_\w+|range_agg|range_intersect_agg|regr_\w+|stddev\w*|sum|var_\w+|variance|xmlagg|\w+_agg(?:_\w+)?|rank|dense_rank|percent_rank|cume_dist)$/;
