import type { Plan, PlanNode } from '../explain/plan.ts';
import { subjectOf } from './expression.ts';
import type { TableUse } from './shape.ts';
import type { Wish } from './wish.ts';
import { distinctCount, keysOf } from './wish.ts';

/** What of a wish tells how much it saves. */
export type Benefit = Pick<Wish, 'use' | 'equal' | 'tail' | 'joins' | 'purpose'>;

/** About what a cost unit (one page read in sequence) takes on cached data; only orders candidates. */
const MS_PER_COST_UNIT = 0.01;
/** A row found through an index costs about as much as four rows of a sequential scan: measured on cached data. */
const INDEX_ROW_COST = 4;
/** PostgreSQL's own guesses where it knows nothing: 0.5 % equal, a third below or above. */
const UNKNOWN_EQUAL = 0.005;
const OPEN_RANGE = 1 / 3;
const CLOSED_RANGE = 0.1;

/**
 * About how many milliseconds of the statement an index could save: the part of the table's scans that it makes
 * unnecessary, and the sorting. From the plan's times where it has them, else from its costs. Only orders
 * candidates: what an index really saves is measured.
 */
export function estimateGainMs(wish: Benefit, plan: Plan): number {
  return scansOf(wish, plan).reduce((sum, scan) => sum + gainAt(scan, wish, plan), 0);
}

function gainAt(scan: PlanNode, wish: Benefit, plan: Plan): number {
  const ancestors = plan.ancestors(scan);
  const loops = scan.actual?.loops ?? 1;
  const output = (scan.actual?.rows ?? scan.estimated.rows) * loops;
  const { rows, partitioning } = wish.use.relation;
  const tables = Math.max(1, partitioning?.partitions.length ?? 1);
  const seen = (scan.actual?.rows ?? 0) + scan.rowsRemovedByFilter;
  const tableRows = rows === null ? seen : rows / tables;
  const isSequential = scan.type.endsWith('Seq Scan');
  const readNow =
    isSequential && !plan.analyzed ? tableRows : Math.max(1, output + scan.rowsRemovedByFilter * loops);

  const expected = coversAll(wish) ? output : Math.max(output, tableRows * selectivity(wish) * loops);
  const readThen = expected * joinShare(output, wish, ancestors) * limitShare(wish, ancestors);
  const kept = Math.min(1, (readThen * (isSequential ? INDEX_ROW_COST : 1)) / Math.max(1, readNow));
  return spentMs(scan, plan) * (1 - kept) + sortingMs(wish, ancestors, plan);
}

/**
 * The plan's scans of the table. EXPLAIN appends `_1`, `_2`, … to a repeated alias, in an order of its own: among
 * several, those whose conditions name a column of the index are meant.
 */
function scansOf(wish: Benefit, plan: Plan): PlanNode[] {
  const { relation, alias } = wish.use;
  const scans = plan.nodes().filter((node) => {
    if (node.relation === null || node.neverExecuted) return false;
    const { schema, name } = node.relation;
    const isMeant = (table: { readonly schema: string; readonly name: string }) =>
      table.name === name && (schema === null || table.schema === schema);
    if (!isMeant(relation) && !(relation.partitioning?.partitions.some(isMeant) ?? false)) return false;
    return node.relation.alias === alias || node.relation.alias.replace(/_\d+$/, '') === alias;
  });
  const columns = keysOf(wish).flatMap(({ column }) => subjectOf(wish.use, column)?.columns ?? []);
  const meant = scans.filter((scan) => columns.some((column) => conditionsOf(scan).includes(column)));
  return meant.length === 0 ? scans : meant;
}

/** The conditions of a scan as SQL; a bitmap's are below it. */
function conditionsOf(scan: PlanNode): string {
  const below = scan.type === 'Bitmap Heap Scan' ? scan.children.map(conditionsOf) : [];
  return [scan.filter, scan.indexCond, ...below].join(' ');
}

/** Whether the index answers every condition that the use has; a join may be one, in a correlated subquery. */
function coversAll({ use, equal, tail, joins }: Benefit): boolean {
  const keys = new Set([...equal, ...tail.map(({ column }) => column)]);
  const conditions = [...use.equalities, ...use.ranges, ...use.operators];
  const alternatives = use.alternatives.every((columns) => columns.every((column) => keys.has(column)));
  const constants = alternatives && conditions.every(({ column }) => keys.has(column));
  return constants && (use.joins.length === 0 || joins.length > 0);
}

/** The share of the table that the conditions answered by the index let through, as if they were independent. */
function selectivity({ use, equal, tail }: Benefit): number {
  const keys = new Set([...equal, ...tail.map(({ column }) => column)]);
  const constants = use.equalities
    .filter(({ column }) => keys.has(column))
    .map(({ column, list }) => Math.min(1, (list ? 3 : 1) * equalShare(column, use)));
  const ranges = use.ranges
    .filter(({ column }) => keys.has(column))
    .map(({ lower, upper }) => (lower && upper ? CLOSED_RANGE : OPEN_RANGE));
  const others = use.operators.filter(({ column }) => keys.has(column)).map(() => UNKNOWN_EQUAL);
  return [...constants, ...ranges, ...others].reduce((product, share) => product * share, 1);
}

function equalShare(column: string, use: TableUse): number {
  const known = use.filters.find((filter) => filter.column === column && filter.share !== null)?.share;
  if (known != null) return known;
  const distinct = distinctCount(use, column);
  return distinct === null || distinct < 1 ? UNKNOWN_EQUAL : 1 / distinct;
}

/** The share of the scan's rows that find a partner, where the index looks them up from the join's other side. */
function joinShare(output: number, wish: Benefit, ancestors: readonly PlanNode[]): number {
  if (wish.joins.length === 0) return 1;
  const join = ancestors.find(({ type }) => /Join|Nested Loop/.test(type));
  if (join === undefined) return 1;
  const joined = (join.actual?.rows ?? join.estimated.rows) * (join.actual?.loops ?? 1);
  return Math.min(1, joined / Math.max(1, output));
}

/** The share of the matching rows that have to be read until the LIMIT is full. */
function limitShare(wish: Benefit, ancestors: readonly PlanNode[]): number {
  const limit = ancestors.find(({ type }) => type === 'Limit');
  const sort = ancestors.find(({ type }) => type === 'Sort');
  const input = sort?.children[0];
  if (!providesOrder(wish) || !wish.use.limited || limit === undefined || input === undefined) return 1;
  return Math.min(1, rowsPerLoop(limit) / Math.max(1, rowsPerLoop(input)));
}

function rowsPerLoop({ actual, estimated }: PlanNode): number {
  return actual?.rows ?? estimated.rows;
}

/** What sorting and grouping above the scan take, where the index brings the rows in that order. */
function sortingMs(wish: Benefit, ancestors: readonly PlanNode[], plan: Plan): number {
  const groups = wish.purpose === 'grouping' && wish.use.orderBy.length === 0;
  if (!providesOrder(wish) && !groups) return 0;
  const sort = ancestors.find(({ type }) => type === 'Sort' || type === 'Incremental Sort');
  return sort === undefined ? 0 : spentMs(sort, plan);
}

function providesOrder({ purpose }: Benefit): boolean {
  return purpose === 'order';
}

/** Time of a node, a bitmap's index scans included. */
function spentMs(node: PlanNode, plan: Plan): number {
  const withChildren = node.type === 'Bitmap Heap Scan';
  const measured = withChildren ? (node.actual?.totalMs ?? null) : node.exclusiveMs;
  if (plan.analyzed && measured !== null) return measured;
  const below = withChildren ? 0 : node.children.reduce((sum, child) => sum + child.estimated.totalCost, 0);
  return Math.max(0, node.estimated.totalCost - below) * estimatedLoops(node, plan) * MS_PER_COST_UNIT;
}

/** The inner side of a nested loop runs once for each outer row. */
function estimatedLoops(node: PlanNode, plan: Plan): number {
  const path = [node, ...plan.ancestors(node)];
  return path.reduce((loops, child, at) => {
    const parent = path[at + 1];
    if (parent?.type !== 'Nested Loop' || child.parentRelationship !== 'Inner') return loops;
    return loops * Math.max(1, parent.children[0]?.estimated.rows ?? 1);
  }, 1);
}

/** How many rows the plan's scans of a use bring, over all loops. */
export function rowsFetched(wish: Benefit, plan: Plan): number {
  return scansOf(wish, plan).reduce((sum, scan) => {
    const loops = scan.actual?.loops ?? estimatedLoops(scan, plan);
    return sum + rowsPerLoop(scan) * loops;
  }, 0);
}

/** About how long the plan's scans of a use take that go from an index to the table for each row, milliseconds. */
export function visitingMs(wish: Benefit, plan: Plan): number {
  return scansOf(wish, plan)
    .filter(({ type }) => type === 'Index Scan' || type === 'Bitmap Heap Scan')
    .reduce((sum, scan) => sum + spentMs(scan, plan), 0);
}
