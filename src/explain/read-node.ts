import { isFields, list, number, text, texts, type Fields } from './fields.ts';
import { PlanFormatError } from './format-error.ts';
import type { Actual, Cache, HashAggregate, HashTable, PlanNode, PlanRelation, Wal } from './tree.ts';

/** PostgreSQL's own stack ends before that (`max_stack_depth`), and so does that of whoever walks through the tree. */
const DEEPEST = 1_000;

/**
 * Reads a node with all below it, before anything is counted that takes more than the node itself.
 * @param processes how many processes share the loops of the node, above 1 below a Gather
 * @param depth how many nodes are above it
 */
export function readNode(fields: Fields, processes = 1, depth = 0): PlanNode {
  if (depth > DEEPEST) throw new PlanFormatError(`the plan has more than ${DEEPEST} nodes below each other`);
  const type = text(fields, 'Node Type');
  if (type === null) throw new PlanFormatError('a node of the plan has no "Node Type"');
  const below = isGather(type) ? participants(fields) * processes : processes;
  return {
    id: 0,
    type,
    parallelAware: fields['Parallel Aware'] === true,
    strategy: text(fields, 'Strategy'),
    partialMode: text(fields, 'Partial Mode'),
    operation: text(fields, 'Operation'),
    parentRelationship: text(fields, 'Parent Relationship'),
    subplanName: text(fields, 'Subplan Name'),
    relation: readRelation(fields),
    index: text(fields, 'Index Name'),
    cte: text(fields, 'CTE Name'),
    estimated: {
      rows: number(fields, 'Plan Rows') ?? 0,
      width: number(fields, 'Plan Width') ?? 0,
      startupCost: number(fields, 'Startup Cost') ?? 0,
      totalCost: number(fields, 'Total Cost') ?? 0,
    },
    actual: readActual(fields, processes),
    neverExecuted: number(fields, 'Actual Loops') === 0,
    exclusiveMs: null,
    exclusiveBlocks: null,
    exclusiveTempBlocks: null,
    ...readConditions(fields),
    indexSearches: number(fields, 'Index Searches'),
    heapFetches: number(fields, 'Heap Fetches'),
    ...readSort(fields),
    groupKey: texts(fields, 'Group Key'),
    hash: readHash(fields),
    hashAggregate: readHashAggregate(fields),
    storage: readStorage(fields),
    cache: readCache(fields),
    bitmap: readBitmap(fields),
    gather: readGather(fields),
    workers: list(fields, 'Workers')
      .filter(isFields)
      .map((worker) => ({
        rows: number(worker, 'Actual Rows') ?? 0,
        loops: number(worker, 'Actual Loops') ?? 0,
      })),
    joinType: text(fields, 'Join Type'),
    innerUnique: fields['Inner Unique'] === true,
    disabled: fields['Disabled'] === true,
    subplansRemoved: number(fields, 'Subplans Removed') ?? 0,
    sharedHitBlocks: number(fields, 'Shared Hit Blocks'),
    sharedReadBlocks: number(fields, 'Shared Read Blocks'),
    tempReadBlocks: number(fields, 'Temp Read Blocks'),
    tempWrittenBlocks: number(fields, 'Temp Written Blocks'),
    // Before PostgreSQL 17 reads of shared and of local blocks were one number.
    readMs: number(fields, 'Shared I/O Read Time') ?? number(fields, 'I/O Read Time'),
    wal: readWal(fields),
    children: list(fields, 'Plans')
      .filter(isFields)
      .map((child) => readNode(child, below, depth + 1)),
  };
}

function readActual(fields: Fields, processes: number): Actual | null {
  const loops = number(fields, 'Actual Loops');
  const rows = number(fields, 'Actual Rows');
  if (loops === null || loops === 0 || rows === null) return null;
  const perLoopMs = number(fields, 'Actual Total Time');
  return { rows, loops, totalMs: perLoopMs === null ? null : (perLoopMs * loops) / processes };
}

function readRelation(fields: Fields): PlanRelation | null {
  const name = text(fields, 'Relation Name');
  if (name === null) return null;
  return { schema: text(fields, 'Schema'), name, alias: text(fields, 'Alias') ?? name };
}

function readConditions(fields: Fields) {
  return {
    filter: text(fields, 'Filter'),
    indexCond: text(fields, 'Index Cond'),
    recheckCond: text(fields, 'Recheck Cond'),
    joinCond: text(fields, 'Hash Cond') ?? text(fields, 'Merge Cond'),
    joinFilter: text(fields, 'Join Filter'),
    rowsRemovedByFilter: number(fields, 'Rows Removed by Filter') ?? 0,
    rowsRemovedByJoinFilter: number(fields, 'Rows Removed by Join Filter') ?? 0,
    rowsRemovedByRecheck: number(fields, 'Rows Removed by Index Recheck') ?? 0,
  };
}

/** Each process sorts its own part, and each kind of group of an Incremental Sort has a space of its own. */
function readSort(fields: Fields) {
  const groups = ['Full-sort Groups', 'Pre-sorted Groups'].map((key) => fields[key]).filter(isFields);
  const spaces = groups.flatMap((group) => [group['Sort Space Memory'], group['Sort Space Disk']]);
  const sorts = processesOf(fields);
  const types = new Set(sorts.map((sort) => text(sort, 'Sort Space Type')));
  const onDisk = types.has('Disk') || groups.some((group) => isFields(group['Sort Space Disk']));
  const isKnown = onDisk || types.has('Memory') || groups.length > 0;
  const sortSpaceType: PlanNode['sortSpaceType'] = onDisk ? 'Disk' : isKnown ? 'Memory' : null;
  return {
    sortKey: texts(fields, 'Sort Key'),
    sortMethod:
      sorts.map((sort) => text(sort, 'Sort Method')).find((method) => method !== null) ??
      texts(groups.at(-1) ?? {}, 'Sort Methods Used').at(-1) ??
      null,
    sortSpaceType,
    sortSpaceUsedKb: largest([
      ...sorts.map((sort) => number(sort, 'Sort Space Used')),
      ...spaces.filter(isFields).map((space) => number(space, 'Peak Sort Space Used')),
    ]),
  };
}

function readHash(fields: Fields): HashTable | null {
  const batches = number(fields, 'Hash Batches');
  if (batches === null) return null;
  const originalBatches = number(fields, 'Original Hash Batches') ?? batches;
  return { batches, originalBatches, peakMemoryKb: number(fields, 'Peak Memory Usage') };
}

function readHashAggregate(fields: Fields): HashAggregate | null {
  const processes = processesOf(fields);
  const batches = largest(processes.map((process) => number(process, 'HashAgg Batches')));
  if (batches === null) return null;
  return {
    plannedPartitions: number(fields, 'Planned Partitions') ?? 0,
    batches,
    peakMemoryKb: largest(processes.map((process) => number(process, 'Peak Memory Usage'))),
    diskKb: total(processes, 'Disk Usage'),
  };
}

function readStorage(fields: Fields): PlanNode['storage'] {
  const type = text(fields, 'Storage');
  if (type !== 'Memory' && type !== 'Disk') return null;
  return { type, maximumKb: number(fields, 'Maximum Storage') };
}

function readCache(fields: Fields): Cache | null {
  const processes = processesOf(fields);
  if (processes.every((process) => number(process, 'Cache Hits') === null)) return null;
  return {
    key: text(fields, 'Cache Key'),
    hits: total(processes, 'Cache Hits'),
    misses: total(processes, 'Cache Misses'),
    evictions: total(processes, 'Cache Evictions'),
    overflows: total(processes, 'Cache Overflows'),
  };
}

function readBitmap(fields: Fields): PlanNode['bitmap'] {
  const processes = processesOf(fields);
  const exactBlocks = total(processes, 'Exact Heap Blocks');
  const lossyBlocks = total(processes, 'Lossy Heap Blocks');
  return exactBlocks + lossyBlocks === 0 ? null : { exactBlocks, lossyBlocks };
}

function readGather(fields: Fields): PlanNode['gather'] {
  const planned = number(fields, 'Workers Planned');
  return planned === null ? null : { planned, launched: number(fields, 'Workers Launched') };
}

function readWal(fields: Fields): Wal | null {
  const records = number(fields, 'WAL Records');
  if (records === null) return null;
  return {
    records,
    fullPageImages: number(fields, 'WAL FPI') ?? 0,
    bytes: number(fields, 'WAL Bytes') ?? 0,
    buffersFull: number(fields, 'WAL Buffers Full'),
  };
}

function isGather(type: string): boolean {
  return type === 'Gather' || type === 'Gather Merge';
}

/** How many processes ran what is below a Gather: its child's loops for each of its own. */
function participants(gather: Fields): number {
  const child = list(gather, 'Plans').find(
    (plan) => isFields(plan) && text(plan, 'Parent Relationship') === 'Outer',
  );
  const below = isFields(child) ? number(child, 'Actual Loops') : null;
  const own = number(gather, 'Actual Loops');
  return below === null || own === null || own === 0 ? 1 : Math.max(1, below / own);
}

/** What a node keeps in memory stands in it for the leader, and in `Workers` for each worker. */
function processesOf(fields: Fields): readonly Fields[] {
  return [fields, ...list(fields, 'Workers').filter(isFields)];
}

function total(processes: readonly Fields[], key: string): number {
  return processes.reduce((sum, process) => sum + (number(process, key) ?? 0), 0);
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
