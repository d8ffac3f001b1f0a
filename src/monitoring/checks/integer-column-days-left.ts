import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { forecast, forecastWords, pointsOf } from '../forecast.ts';
import { formatPercent } from '../words.ts';

/**
 * Columns of 2 or 4 bytes that get their values from a sequence which goes on beyond them: `bigserial` made int4, or a
 * sequence of its own type. Where the sequence ends first, sequence-days-left says so. NULL is the last value of a sequence
 * that was never used or may not be read.
 */
const SQL = `
  SELECT "column", used, size
    FROM (SELECT DISTINCT ON (a.attrelid, a.attnum)
                 quote_ident(n.nspname) || '.' || quote_ident(c.relname) || '.' || quote_ident(a.attname) AS "column",
                 pg_sequence_last_value(s.seqrelid)::float8 AS used,
                 CASE a.atttypid WHEN 'int2'::regtype THEN 32767 ELSE 2147483647 END::float8 AS size
            FROM pg_sequence s
            JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = s.seqrelid AND d.classid = 'pg_attrdef'::regclass
            JOIN pg_attrdef def ON def.oid = d.objid
            JOIN pg_attribute a ON a.attrelid = def.adrelid AND a.attnum = def.adnum AND a.atttypid IN ('int2'::regtype, 'int4'::regtype)
            JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE s.seqincrement > 0
             AND s.seqmax > CASE a.atttypid WHEN 'int2'::regtype THEN 32767 ELSE 2147483647 END
             AND has_sequence_privilege(s.seqrelid, 'USAGE, SELECT')
           ORDER BY a.attrelid, a.attnum, 2 DESC NULLS LAST) AS columns
   WHERE used IS NOT NULL
   ORDER BY used / size DESC, "column"
   LIMIT 100`;

export const integerColumnDaysLeft = defineCheck({
  name: 'integer-column-days-left',
  area: 'capacity',
  summary: 'days until an integer column is too small for the sequence that fills it',
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
  row: z.object({ column: z.string(), used: z.number(), size: z.number() }),
  remembers: 'series',
  metrics: [
    {
      name: 'integer_column_used_ratio',
      help: 'Share of its values that an integer column has got from its sequence',
      type: 'gauge',
      labels: { column: ({ column }) => column },
      value: ({ used, size }) => used / size,
    },
  ],
  observe: ({ rows, history }) => {
    const points = pointsOf(
      history,
      ({ column }) => column,
      ({ used }) => used,
    );
    return rows.map(({ column, used, size }) => {
      const found = forecast(points.get(column) ?? [], size);
      const message = `${column} has used ${formatPercent((100 * used) / size)} of its values; the end: ${forecastWords(found)}`;
      if (found.state === 'steady') return { subject: column, value: null, level: 'ok', message };
      return { subject: column, value: found.state === 'reaches' ? found.days : null, message };
    });
  },
});
