import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatSpan } from '../words.ts';

/** NULL where they were never reset; a crash resets them without leaving a time, but is a start of the server. */
const SQL = `
  SELECT datname::text AS database, extract(epoch FROM clock_timestamp() - stats_reset)::float8 AS seconds
    FROM pg_stat_database
   WHERE datname IS NOT NULL AND stats_reset IS NOT NULL
   ORDER BY stats_reset DESC, datname
   LIMIT 200`;

export const statisticsAge = defineCheck({
  name: 'statistics-age',
  area: 'system',
  summary: 'time since the counters of a database were reset',
  advice:
    'ANALYZE the database, since autovacuum goes by counters that are gone; for a while do not believe that an index or a table is unused',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 86_400,
    critical: null,
    direction: 'below',
    source:
      'after less than a day the counters have not seen a nightly job (PostgreSQL documentation of pg_stat_reset warns of autovacuum)',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ database: z.string(), seconds: z.number() }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ database, seconds }) => ({
      subject: database,
      value: seconds,
      message: `the counters of ${database} were reset ${formatSpan(Math.max(0, seconds))} ago`,
    })),
});
