import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { forecast, forecastWords, pointsOf } from '../forecast.ts';
import { formatPercent } from '../words.ts';

/**
 * `pg_sequences` shows NULL as the last value of a sequence that was never used, and of one that the role may not read. A
 * sequence that counts down is as full as the way that it has gone.
 */
const SQL = `
  SELECT sequence, used::float8 AS used, size::float8 AS size
    FROM (SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) AS sequence,
                 abs(last_value::numeric - CASE WHEN increment_by > 0 THEN min_value ELSE max_value END) AS used,
                 greatest(max_value::numeric - min_value, 1) AS size
            FROM pg_sequences
           WHERE NOT cycle AND last_value IS NOT NULL) AS s
   ORDER BY s.used / s.size DESC, sequence
   LIMIT 100`;

export const sequenceDaysLeft = defineCheck({
  name: 'sequence-days-left',
  area: 'capacity',
  summary: 'days until a sequence has no more values, by how it has grown',
  advice:
    'make the column and its sequence bigint before that; a new column that is filled in batches avoids the long lock',
  scope: 'database',
  unit: 'days',
  threshold: {
    warning: 180,
    critical: 30,
    direction: 'below',
    source: 'none of the tools read forecasts; widening the key of a large table is planned over months',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ sequence: z.string(), used: z.number(), size: z.number() }),
  remembers: 'series',
  metrics: [
    {
      name: 'sequence_used_ratio',
      help: 'Share of its values that a sequence has handed out',
      type: 'gauge',
      labels: { sequence: ({ sequence }) => sequence },
      value: ({ used, size }) => used / size,
    },
  ],
  observe: ({ rows, history }) => {
    const points = pointsOf(
      history,
      ({ sequence }) => sequence,
      ({ used }) => used,
    );
    return rows.map(({ sequence, used, size }) => {
      const found = forecast(points.get(sequence) ?? [], size);
      const message = `${sequence} has used ${formatPercent((100 * used) / size)} of its values; the end: ${forecastWords(found)}`;
      if (found.state === 'steady') return { subject: sequence, value: null, level: 'ok', message };
      return { subject: sequence, value: found.state === 'reaches' ? found.days : null, message };
    });
  },
});
