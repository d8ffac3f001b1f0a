import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import {
  count,
  factsOf,
  isWorthwhile,
  relationOf,
  rowsRead,
  rowsReturned,
  type FindingRule,
} from './rule.ts';

/** Below a hundred descents skipping is cheap, whatever it saves. */
const SEARCHES = 100;
/** A walk through the whole index is a waste where it leads to less than a tenth of the table. */
const ROWS_SHARE = 0.1;

/**
 * PostgreSQL 18 uses an index without a condition on its first column by descending once for each of that column's
 * values. With many values that is many descents; where each has few rows, the index is read from end to end.
 */
export const skipScan: FindingRule = {
  code: 'skip-scan',
  shows: 'an index is used without a condition on its first column: many descents, or read from end to end',
  advice: 'an index that begins with the columns of the condition descends once',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const { actual, indexCond, indexSearches: searches } = node;
    if (actual === null || searches === null || indexCond === null || indexCond.includes('= ANY ('))
      return [];
    const leading = leadingColumn(node, relations);
    const isSkipping = leading !== null && !mentions(indexCond, leading);
    // Once for each turn of a loop is a lookup.
    const isOften = searches >= SEARCHES && searches >= 2 * actual.loops;
    const isWaste = isSkipping
      ? isOften || (searches <= actual.loops && readsWhole(node, relations))
      : isOften && searches > rowsReturned(node);
    if (!isWaste || !isWorthwhile(plan, node.exclusiveMs)) return [];
    const about = isSkipping
      ? `has no condition on its first column ${leading}`
      : 'skips from value to value';
    const how = isOften ? `descends ${count(searches)} times` : 'reads the whole index';
    return [
      {
        code: 'skip-scan',
        message: `the scan of ${node.index ?? 'an index'} ${about}: it ${how} for ${count(rowsReturned(node))} rows`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: { index: node.index ?? '', searches, rows: rowsReturned(node), indexCond },
      },
    ];
  });
}

function leadingColumn(node: PlanNode, relations: readonly RelationFacts[]): string | null {
  const index = factsOf(node.relation, relations)?.indexes.find(({ name }) => name === node.index);
  return index?.keys[0]?.column ?? null;
}

function mentions(condition: string, column: string): boolean {
  return [...condition.matchAll(/\w+/g)].some(([word]) => word === column);
}

function readsWhole(node: PlanNode, relations: readonly RelationFacts[]): boolean {
  const rows = factsOf(node.relation, relations)?.rows ?? 0;
  return rowsRead(node) <= ROWS_SHARE * rows * (node.actual?.loops ?? 0);
}
