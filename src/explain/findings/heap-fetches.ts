import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import {
  count,
  factsOf,
  isWorthwhile,
  percent,
  relationOf,
  rowsRead,
  tableOf,
  type FindingRule,
} from './rule.ts';

/** PEV2 marks any, 40 and 90 % of the rows; below a tenth, or 1,000 rows, a VACUUM changes nothing. */
const FETCHED_SHARE = 0.1;
const FETCHED_ROWS = 1_000;

/** An index-only scan looks rows up in the table, because the visibility map does not vouch for their pages. */
export const heapFetches: FindingRule = {
  code: 'heap-fetches',
  shows: 'an index-only scan looks rows up in the table',
  advice: 'VACUUM the table, and let autovacuum come more often after inserts and updates',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const fetched = node.heapFetches ?? 0;
    const read = rowsRead(node);
    if (fetched < FETCHED_ROWS || fetched < FETCHED_SHARE * read) return [];
    if (!isWorthwhile(plan, node.exclusiveMs)) return [];
    const visible = factsOf(node.relation, relations)?.allVisibleShare ?? null;
    const map = visible === null ? '' : `; the visibility map knows ${percent(visible)} of its pages`;
    return [
      {
        code: 'heap-fetches',
        message: `an index-only scan of ${tableOf(node)} looks ${count(fetched)} rows up in the table after all, for ${count(read)} that it reads${map}`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: {
          index: node.index ?? '',
          heapFetches: fetched,
          rowsRead: read,
          ...(visible === null ? {} : { allVisibleShare: visible }),
        },
      },
    ];
  });
}
