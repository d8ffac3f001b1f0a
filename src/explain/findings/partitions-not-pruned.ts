import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, isWorthwhile, rowsReturned, sumMs, type FindingRule } from './rule.ts';

const PARTITIONS = 3;
const EMPTY_SHARE = 0.5;

/** Partitions are read and most of them have no row for the statement: its condition did not rule them out. */
export const partitionsNotPruned: FindingRule = {
  code: 'partitions-not-pruned',
  shows: 'at least half of the partitions that are read have no row',
  advice: 'compare the partition key itself with constants or parameters, without function or cast around it',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((append) => {
    if (!/^(Merge )?Append$/.test(append.type)) return [];
    const partitions = scansOfPartitions(append).filter(({ actual }) => actual !== null);
    const empty = partitions.filter((scan) => rowsReturned(scan) === 0);
    if (partitions.length < PARTITIONS || empty.length < EMPTY_SHARE * partitions.length) return [];
    const costMs = sumMs(...empty.map(({ actual }) => actual?.totalMs ?? null));
    if (!isWorthwhile(plan, costMs)) return [];
    const [first] = empty;
    const condition = first?.filter ?? first?.indexCond ?? first?.recheckCond ?? 'no condition';
    const table = parentOf(partitions) ?? 'a table';
    const parent = partitionedTable(table, relations);
    return [
      {
        code: 'partitions-not-pruned',
        message: `${count(partitions.length)} partitions of ${table} are read, of which ${count(empty.length)} have no row for ${condition}`,
        advice: `compare the partition key itself${keyOf(parent)} with constants or parameters, without function or cast around it`,
        node: append.id,
        relation: parent === null ? null : { schema: parent.schema, name: parent.name },
        costMs,
        numbers: { partitions: partitions.length, empty: empty.length, condition },
      },
    ];
  });
}

/** A partition's scan has an alias of its parent's name and a number; branches of a UNION ALL have not. */
function scansOfPartitions(append: PlanNode): readonly PlanNode[] {
  const scans = append.children.filter(({ relation }) => relation !== null);
  return parentOf(scans) === null ? [] : scans;
}

function parentOf(scans: readonly PlanNode[]): string | null {
  const names = new Set(scans.map(({ relation }) => /^(.+)_\d+$/.exec(relation?.alias ?? '')?.[1] ?? null));
  const [name = null, ...others] = names;
  return others.length > 0 ? null : name;
}

/** By the alias, which is its name unless the statement gives another. */
function partitionedTable(alias: string, relations: readonly RelationFacts[]): RelationFacts | null {
  const tables = relations.filter(({ partitioning }) => partitioning !== null);
  return tables.find(({ name }) => name === alias) ?? (tables.length === 1 ? tables[0] : undefined) ?? null;
}

function keyOf(table: RelationFacts | null): string {
  const keys = (table?.partitioning?.keys ?? []).filter((key) => key !== null);
  return keys.length === 0 ? '' : ` (${keys.join(', ')})`;
}
