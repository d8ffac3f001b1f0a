import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, factsOf, type FindingRule } from './rule.ts';

/** A smaller table is read in a moment. */
const ROWS = 1_000;

/**
 * A DELETE makes each table that refers to the deleted rows be looked through, row by row, where no index begins with
 * the referencing columns. A plan of estimates does not show it; once executed, `trigger-time` has the time.
 */
export const unindexedForeignKey: FindingRule = {
  code: 'unindexed-foreign-key',
  shows: 'note: what a DELETE would make a foreign key read, where it is only planned',
  advice: 'an index on the referencing columns finds the rows that refer to the deleted one',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  if (plan.analyzed) return [];
  return plan.nodes().flatMap((node) => {
    if (node.type !== 'ModifyTable' || node.operation !== 'Delete') return [];
    const referencedBy = factsOf(node.relation, relations)?.referencedBy ?? [];
    return referencedBy
      .filter(({ indexed, rows }) => !indexed && (rows === null || rows >= ROWS))
      .map(({ name, table, columns, rows }) => ({
        code: 'unindexed-foreign-key',
        message: `each row deleted from ${node.relation?.name ?? ''} makes the constraint ${name} read all ${rows === null ? '' : `${count(rows)} `}rows of ${table.name}`,
        advice: `an index on ${table.schema}.${table.name} (${columns.join(', ')}) finds the rows that refer to it`,
        node: node.id,
        relation: table,
        costMs: null,
        numbers: { constraint: name, columns: columns.join(', '), ...(rows === null ? {} : { rows }) },
      }));
  });
}
