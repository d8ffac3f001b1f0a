import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { isWorthwhile, kilobytes, onlyRelationBelow, type FindingRule } from './rule.ts';

/** Rows that a node keeps (a CTE, a window's partition, a materialized side of a join) went to a temporary file. */
export const tuplestoreSpill: FindingRule = {
  code: 'tuplestore-spill',
  shows: 'rows that are kept (a CTE, a window) go to a temporary file',
  advice: 'keep fewer columns and rows, or give the statement a larger work_mem',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const { storage } = node;
    if (storage?.type !== 'Disk' || !isWorthwhile(plan, node.exclusiveMs)) return [];
    const kept = storage.maximumKb === null ? '' : `${kilobytes(storage.maximumKb)} of `;
    return [
      {
        code: 'tuplestore-spill',
        message: `the rows that ${keeperOf(node)} keeps take ${kept}temporary files`,
        node: node.id,
        relation: onlyRelationBelow(node, relations),
        costMs: node.exclusiveMs,
        numbers: storage.maximumKb === null ? {} : { diskKb: storage.maximumKb },
      },
    ];
  });
}

function keeperOf({ type, cte }: PlanNode): string {
  return cte === null ? `a ${type}` : `the CTE ${cte}`;
}
