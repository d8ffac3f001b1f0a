import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { daysUntilUsedUp, usedRatio, VALUES_ROW } from '../values-left.ts';

/**
 * Columns of 2 or 4 bytes that get their values from a sequence which goes on beyond them: `bigserial` made int4, or a
 * sequence of its own type. Where the sequence ends first, sequence-days-left says so. NULL is the last value of a sequence
 * that was never used or may not be read.
 */
const SQL = `
  WITH filled AS (
       SELECT DISTINCT ON (a.attrelid, a.attnum)
              quote_ident(n.nspname) || '.' || quote_ident(c.relname) || '.' || quote_ident(a.attname) AS name,
              has_sequence_privilege(s.seqrelid, 'USAGE, SELECT') AS readable,
              CASE WHEN has_sequence_privilege(s.seqrelid, 'USAGE, SELECT')
                   THEN pg_sequence_last_value(s.seqrelid)::float8 END AS used,
              CASE a.atttypid WHEN 'int2'::regtype THEN 32767 ELSE 2147483647 END::float8 AS size
         FROM pg_sequence s
         JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = s.seqrelid AND d.classid = 'pg_attrdef'::regclass
         JOIN pg_attrdef def ON def.oid = d.objid
         JOIN pg_attribute a ON a.attrelid = def.adrelid AND a.attnum = def.adnum AND a.atttypid IN ('int2'::regtype, 'int4'::regtype)
         JOIN pg_class c ON c.oid = a.attrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE s.seqincrement > 0
          AND s.seqmax > CASE a.atttypid WHEN 'int2'::regtype THEN 32767 ELSE 2147483647 END
        ORDER BY a.attrelid, a.attnum, readable, used DESC NULLS LAST)
  (SELECT name, used, size FROM filled WHERE used IS NOT NULL ORDER BY used / size DESC, name LIMIT 100)
  UNION ALL
  SELECT NULL, count(*)::float8, 0 FROM filled WHERE NOT readable HAVING count(*) > 0`;

export const integerColumnDaysLeft = defineCheck({
  name: 'integer-column-days-left',
  area: 'capacity',
  summary:
    'days until an integer column is too small for the sequence that fills it; a breach from 90 % used on, critical from 95 %',
  advice: 'make the column bigint before that; a new column that is filled in batches avoids the long lock',
  scope: 'database',
  unit: 'days',
  threshold: {
    warning: 180,
    critical: 30,
    direction: 'below',
    source:
      'none of the tools read forecasts (pghero and postgres-mcp warn at 90 % used); widening the key of a large table is planned over months',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: VALUES_ROW,
  remembers: 'series',
  metrics: [
    {
      name: 'integer_column_used_ratio',
      help: 'Share of its values that an integer column has got from its sequence',
      type: 'gauge',
      labels: { column: ({ name }) => name ?? '' },
      value: usedRatio,
    },
  ],
  observe: daysUntilUsedUp('columns that a larger sequence fills'),
});
