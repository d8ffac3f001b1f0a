import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { BLOCK_BYTES, count, factsOf, isWorthwhile, relationOf, tableOf, type FindingRule } from './rule.ts';

/** 800 MB: by default the planner wants workers from 8 MB on. */
const PAGES = 100_000;

/** A very large table is read by one process alone. */
export const serialScan: FindingRule = {
  code: 'serial-scan',
  shows: 'one process alone reads 800 MB',
  advice:
    'see whether a function of the statement is not PARALLEL SAFE, and what max_parallel_workers_per_gather and the table’s parallel_workers say',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  // What writes is never parallel.
  if (plan.nodes().some(({ type }) => type === 'ModifyTable')) return [];
  return plan.nodes().flatMap((node) => {
    if (node.type !== 'Seq Scan' || node.parallelAware) return [];
    if (plan.ancestors(node).some(({ gather }) => gather !== null)) return [];
    const pages = pagesOf(node, relations);
    if (pages < PAGES || !isWorthwhile(plan, node.exclusiveMs)) return [];
    const { max_parallel_workers_per_gather: limit } = plan.statement.settings ?? {};
    return [
      {
        code: 'serial-scan',
        message: `one process alone reads the ${count(pages)} pages of ${tableOf(node)}${limit === undefined ? '' : `; max_parallel_workers_per_gather is ${limit}`}`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: { pages },
      },
    ];
  });
}

function pagesOf(node: PlanNode, relations: readonly RelationFacts[]): number {
  if (node.actual !== null && node.exclusiveBlocks !== null) return node.exclusiveBlocks / node.actual.loops;
  return (factsOf(node.relation, relations)?.sizeBytes ?? 0) / BLOCK_BYTES;
}
