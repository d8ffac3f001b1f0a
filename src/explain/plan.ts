import type { Actual, PlanNode, PlanRelation } from './tree.ts';
import { chargeCtes, exclusiveMs } from './exclusive-time.ts';
import { Plan } from './tree.ts';

export type { PlanNode } from './tree.ts';
export { Plan } from './tree.ts';

/** The JSON is not a plan of EXPLAIN (FORMAT JSON). */
export class PlanFormatError extends Error {
  override readonly name = 'PlanFormatError';
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what `EXPLAIN (FORMAT JSON …)` gives, with or without ANALYZE and BUFFERS: the text, the array of one
 * element, or that element.
 * @throws PlanFormatError
 */
export function parsePlan(json: unknown): Plan {
  const document = typeof json === 'string' ? parseJson(json) : json;
  const explained: unknown = Array.isArray(document) ? document[0] : document;
  if (!isFields(explained) || !isFields(explained['Plan']))
    throw new PlanFormatError('this is not a plan of EXPLAIN (FORMAT JSON): there is no "Plan"');
  const root = chargeCtes(readNode(explained['Plan'], 1));
  return new Plan(root, {
    planningMs: number(explained, 'Planning Time'),
    executionMs: number(explained, 'Execution Time'),
  });
}

/** @param processes how many processes share the loops of the node, above 1 below a Gather */
function readNode(fields: Fields, processes: number): PlanNode {
  const type = text(fields, 'Node Type');
  if (type === null) throw new PlanFormatError('a node of the plan has no "Node Type"');
  const below = isGather(type) ? participants(fields) * processes : processes;
  const children = list(fields, 'Plans')
    .filter(isFields)
    .map((child) => readNode(child, below));
  const actual = readActual(fields, processes);
  return {
    type,
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
    actual,
    neverExecuted: number(fields, 'Actual Loops') === 0,
    exclusiveMs: exclusiveMs(actual, children),
    filter: text(fields, 'Filter'),
    indexCond: text(fields, 'Index Cond'),
    joinFilter: text(fields, 'Join Filter'),
    rowsRemovedByFilter: number(fields, 'Rows Removed by Filter') ?? 0,
    rowsRemovedByJoinFilter: number(fields, 'Rows Removed by Join Filter') ?? 0,
    indexSearches: number(fields, 'Index Searches'),
    sortKey: list(fields, 'Sort Key').map(String),
    sortMethod: text(fields, 'Sort Method'),
    sortSpaceType: readSpaceType(fields),
    sortSpaceUsedKb: number(fields, 'Sort Space Used'),
    hashBatches: number(fields, 'Hash Batches'),
    joinType: text(fields, 'Join Type'),
    innerUnique: fields['Inner Unique'] === true,
    disabled: fields['Disabled'] === true,
    sharedHitBlocks: number(fields, 'Shared Hit Blocks'),
    sharedReadBlocks: number(fields, 'Shared Read Blocks'),
    heapFetches: number(fields, 'Heap Fetches'),
    children,
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

/** Incremental Sort reports its space per kind of group; one of them on disk is enough to say so. */
function readSpaceType(fields: Fields): 'Memory' | 'Disk' | null {
  const own = text(fields, 'Sort Space Type');
  if (own === 'Memory' || own === 'Disk') return own;
  const groups = ['Full-sort Groups', 'Pre-sorted Groups'].map((key) => fields[key]).filter(isFields);
  if (groups.length === 0) return null;
  return groups.some((group) => isFields(group['Sort Space Disk'])) ? 'Disk' : 'Memory';
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

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new PlanFormatError('this is not JSON, so it is not a plan of EXPLAIN (FORMAT JSON)', { cause });
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(fields: Fields, key: string): string | null {
  const value = fields[key];
  return typeof value === 'string' ? value : null;
}

/** Some drivers and tools keep decimals as text. */
function number(fields: Fields, key: string): number | null {
  const value = fields[key];
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : null;
}

function list(fields: Fields, key: string): readonly unknown[] {
  const value = fields[key];
  return Array.isArray(value) ? value : [];
}
