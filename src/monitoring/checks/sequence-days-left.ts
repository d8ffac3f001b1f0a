import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { daysUntilUsedUp, usedRatio, VALUES_ROW } from '../values-left.ts';

/**
 * `pg_sequences` shows NULL as the last value of a sequence that was never used, and of one that the role may not read. A
 * sequence that counts down is as full as the way that it has gone.
 */
const SQL = `
  (SELECT name, used::float8 AS used, size::float8 AS size
     FROM (SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) AS name,
                  abs(last_value::numeric - CASE WHEN increment_by > 0 THEN min_value ELSE max_value END) AS used,
                  greatest(max_value::numeric - min_value, 1) AS size
             FROM pg_sequences
            WHERE NOT cycle AND last_value IS NOT NULL) AS s
    ORDER BY s.used / s.size DESC, name
    LIMIT 100)
  UNION ALL
  SELECT NULL, count(*)::float8, 0
    FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
   WHERE NOT s.seqcycle AND c.relpersistence <> 't' AND NOT has_sequence_privilege(s.seqrelid, 'USAGE, SELECT')
  HAVING count(*) > 0`;

export const sequenceDaysLeft = defineCheck({
  name: 'sequence-days-left',
  area: 'capacity',
  summary:
    'days until a sequence has no more values, by how it has grown; a breach from 90 % used on, critical from 95 %',
  advice:
    'make the column and its sequence bigint before that; a new column that is filled in batches avoids the long lock',
  scope: 'database',
  unit: 'days',
  threshold: {
    warning: 180,
    critical: 30,
    direction: 'below',
    source:
      'none of the tools read forecasts; widening the key of a large table is planned over months. Used: pghero and postgres-mcp 90 %, check_postgres 85/95 %',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: VALUES_ROW,
  remembers: 'series',
  metrics: [
    {
      name: 'sequence_used_ratio',
      help: 'Share of its values that a sequence has handed out',
      type: 'gauge',
      labels: { sequence: ({ name }) => name ?? '' },
      value: usedRatio,
    },
  ],
  observe: daysUntilUsedUp('sequences'),
});
