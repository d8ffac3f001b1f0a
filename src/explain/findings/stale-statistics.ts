import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, type FindingRule } from './rule.ts';

/** Autovacuum analyses after 10 % (`autovacuum_analyze_scale_factor`) and 50 rows (`…_threshold`). */
const CHANGED_SHARE = 0.1;
const CHANGED_ROWS = 50;

/** A table was never analysed, or has changed much since. */
export const staleStatistics: FindingRule = {
  code: 'stale-statistics',
  shows: 'a table was never analysed, or a tenth of its rows have changed since',
  advice: 'ANALYZE the table',
  find,
};

function find(_plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return relations.flatMap((relation) => {
    if (relation.kind !== 'table' && relation.kind !== 'materialized-view') return [];
    const { schema, name, analyzed, rows, rowsModifiedSinceAnalyze: modified } = relation;
    const stale = modified > CHANGED_ROWS + CHANGED_SHARE * (rows ?? 0);
    // An empty table has nothing to analyse.
    if (analyzed ? !stale : relation.sizeBytes === 0) return [];
    const message = analyzed
      ? `${count(modified)} of about ${count(rows ?? 0)} rows of ${name} have changed since it was analysed`
      : `${name} was never analysed`;
    return [
      {
        code: 'stale-statistics',
        message,
        relation: { schema, name },
        costMs: null,
        numbers: { rowsModified: modified, ...(rows === null ? {} : { rows }) },
      },
    ];
  });
}
