import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, factsOf, isWorthwhile, relationOf, type FindingRule } from './rule.ts';

/** Tables of up to 8 pages are read as fast as an index descends. */
const SMALL_TABLE_BYTES = 8 * 8192;

/** A nested loop reads a whole table once for each of its outer rows. */
export const innerSequentialScan: FindingRule = {
  code: 'inner-sequential-scan',
  shows: 'a nested loop reads a whole table again for each outer row',
  advice: 'an index on the columns that the join compares finds the rows of each turn',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan
    .nodes()
    .filter((node) => node.type === 'Nested Loop')
    .flatMap((join) => {
      const scan = join.children.find((child) => child.parentRelationship === 'Inner');
      if (scan === undefined || scan.type !== 'Seq Scan' || scan.actual === null) return [];
      const facts = factsOf(scan.relation, relations);
      if (scan.actual.loops <= 1 || (facts !== null && facts.sizeBytes <= SMALL_TABLE_BYTES)) return [];
      return isWorthwhile(plan, scan.actual.totalMs) ? [finding(scan, scan.actual.loops, relations)] : [];
    });
}

function finding(scan: PlanNode, loops: number, relations: readonly RelationFacts[]): Finding {
  return {
    code: 'inner-sequential-scan',
    message: `a nested loop reads all of ${scan.relation?.name ?? 'a table'} ${count(loops)} times`,
    node: scan.id,
    relation: relationOf(scan, relations),
    costMs: scan.actual?.totalMs ?? null,
    numbers: { loops, ...(scan.filter === null ? {} : { filter: scan.filter }) },
  };
}
