import type { PlanNode } from '../explain/tree.ts';
import { formatCount } from './format.ts';

/** A node in the words of EXPLAIN: `Index Scan using orders_pkey on shop.orders o`. */
export function labelOf(node: PlanNode): string {
  const name = node.subplanName === null ? '' : `${node.subplanName}: `;
  const index = node.index === null ? '' : ` using ${node.index}`;
  return `${name}${typeOf(node)}${index}${objectOf(node)}`;
}

function typeOf({ type, parallelAware, strategy, partialMode, operation, joinType }: PlanNode): string {
  const parallel = parallelAware ? 'Parallel ' : '';
  if (type === 'ModifyTable') return operation ?? type;
  if (type === 'Aggregate') {
    const part = partialMode === null || partialMode === 'Simple' ? '' : `${partialMode} `;
    return part + (AGGREGATES[strategy ?? ''] ?? type);
  }
  if (joinType === null || joinType === 'Inner' || !/(?:Join|Nested Loop)$/.test(type))
    return parallel + type;
  return `${parallel}${type.replace(/ Join$/, '')} ${joinType} Join`;
}

const AGGREGATES: Readonly<Record<string, string>> = {
  Sorted: 'GroupAggregate',
  Hashed: 'HashAggregate',
  Mixed: 'MixedAggregate',
};

function objectOf({ relation, cte }: PlanNode): string {
  if (relation === null) return cte === null ? '' : ` on ${cte}`;
  const { schema, name, alias } = relation;
  return ` on ${schema === null ? '' : `${schema}.`}${name}${alias === name ? '' : ` ${alias}`}`;
}

/** Longer conditions are cut; the JSON has them whole. */
const MOST_CHARACTERS = 300;

/** What decides how a node did, a line each. */
export function detailsOf(node: PlanNode): string[] {
  const loops = node.actual?.loops ?? 0;
  const removed = (perLoop: number) =>
    perLoop === 0 ? '' : `; ${formatCount(perLoop * loops)} rows removed`;
  return [
    ...condition('index condition', node.indexCond),
    ...condition('recheck', node.recheckCond, removed(node.rowsRemovedByRecheck)),
    ...condition('filter', node.filter, removed(node.rowsRemovedByFilter)),
    ...condition('join condition', node.joinCond),
    ...condition('join filter', node.joinFilter, removed(node.rowsRemovedByJoinFilter)),
    ...condition('sort key', list(node.sortKey), spaceOfSort(node)),
    ...condition('group key', list(node.groupKey)),
    ...memoryOf(node),
    ...lookupsOf(node),
    ...(node.gather === null ? [] : [workersOf(node.gather)]),
    ...(node.disabled ? ['disabled by a setting'] : []),
    ...(node.subplansRemoved === 0 ? [] : [`${formatCount(node.subplansRemoved)} children pruned`]),
    ...(node.neverExecuted ? ['never executed'] : []),
  ];
}

function condition(name: string, text: string | null, more = ''): string[] {
  if (text === null) return [];
  const shown = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return [`${name}: ${shown}${more}`];
}

function list(keys: readonly string[]): string | null {
  return keys.length === 0 ? null : keys.join(', ');
}

function spaceOfSort({ sortMethod, sortSpaceType, sortSpaceUsedKb }: PlanNode): string {
  if (sortMethod === null) return '';
  const space = sortSpaceUsedKb === null ? '' : `, ${formatCount(sortSpaceUsedKb)} kB`;
  return `; ${sortMethod}${space}${sortSpaceType === 'Disk' ? ' on disk' : ''}`;
}

function memoryOf({ hash, hashAggregate, storage, exclusiveTempBlocks }: PlanNode): string[] {
  const temporary = exclusiveTempBlocks ?? 0;
  return [
    ...(hash === null || hash.batches <= 1
      ? []
      : [`hash table in ${formatCount(hash.batches)} batches, ${formatCount(hash.originalBatches)} planned`]),
    ...(hashAggregate === null || hashAggregate.batches <= 1
      ? []
      : [`groups in ${formatCount(hashAggregate.batches)} batches`]),
    ...(storage?.type === 'Disk' ? [`rows kept on disk: ${formatCount(storage.maximumKb ?? 0)} kB`] : []),
    ...(temporary === 0 ? [] : [`temporary files: ${formatCount(temporary)} blocks written`]),
  ];
}

function lookupsOf({ cache, bitmap, heapFetches, indexSearches, actual }: PlanNode): string[] {
  return [
    ...(cache === null
      ? []
      : [
          `cache: ${formatCount(cache.hits)} hits, ${formatCount(cache.misses)} misses, ${formatCount(cache.evictions)} evictions`,
        ]),
    ...(bitmap === null || bitmap.lossyBlocks === 0
      ? []
      : [`pages: ${formatCount(bitmap.exactBlocks)} exact, ${formatCount(bitmap.lossyBlocks)} lossy`]),
    ...((heapFetches ?? 0) === 0 ? [] : [`heap fetches: ${formatCount(heapFetches ?? 0)}`]),
    ...((indexSearches ?? 0) <= (actual?.loops ?? 0)
      ? []
      : [`index searches: ${formatCount(indexSearches ?? 0)}`]),
  ];
}

function workersOf({ planned, launched }: NonNullable<PlanNode['gather']>): string {
  return launched === null
    ? `workers: ${formatCount(planned)} planned`
    : `workers: ${formatCount(launched)} of ${formatCount(planned)} planned`;
}
