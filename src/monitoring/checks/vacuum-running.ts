import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount, formatPercent, formatSpan } from '../words.ts';

/** Tables of other databases have no name here. `delay_time` came with 18 and is zero without `track_cost_delay_timing`. */
const sqlOf = (delayed: string) => `
  SELECT coalesce(quote_ident(n.nspname) || '.' || quote_ident(c.relname), format('table %s of %s', p.relid, p.datname)) AS "table",
         p.phase, p.heap_blks_scanned::float8 AS scanned, p.heap_blks_total::float8 AS total,
         p.index_vacuum_count::float8 AS passes,
         greatest(0, extract(epoch FROM clock_timestamp() - a.xact_start))::float8 AS seconds,
         ${delayed} AS "delayedMs", a.backend_type = 'autovacuum worker' AS automatic
    FROM pg_stat_progress_vacuum p
    JOIN pg_stat_activity a ON a.pid = p.pid
    LEFT JOIN pg_class c ON p.datname = current_database() AND c.oid = p.relid
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE a.xact_start IS NOT NULL
   ORDER BY a.xact_start
   LIMIT 50`;

export const vacuumRunning = defineCheck({
  name: 'vacuum-running',
  area: 'vacuum',
  summary: 'how long a vacuum has been at a table',
  advice:
    'raise autovacuum_vacuum_cost_limit, or lower autovacuum_vacuum_cost_delay, so that it gets on; do not cancel it, what it did not finish is done again',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 3_600,
    critical: 6 * 3_600,
    direction: 'above',
    source:
      'pgwatch 60/300 s, which any large table takes: at the default cost limit 39 MB a second are dirtied, 140 GB in an hour',
  },
  needs: { role: 'pg_read_all_stats' },
  sql: [
    { from: 14, sql: sqlOf('NULL::float8') },
    {
      from: 18,
      sql: sqlOf(`CASE WHEN current_setting('track_cost_delay_timing')::bool THEN p.delay_time END`),
    },
  ],
  row: z.object({
    table: z.string(),
    phase: z.string(),
    scanned: z.number(),
    total: z.number(),
    passes: z.number(),
    seconds: z.number(),
    delayedMs: z.number().nullable(),
    automatic: z.boolean(),
  }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ table, phase, scanned, total, passes, seconds, delayedMs, automatic }) => {
      const done = total === 0 ? '' : `, ${formatPercent((100 * scanned) / total)} of its pages scanned`;
      const slept =
        delayedMs === null
          ? ''
          : `, ${formatPercent(Math.min(100, delayedMs / 10 / Math.max(seconds, 0.001)))} of the time in cost delays`;
      return {
        subject: table,
        value: seconds,
        message: `${automatic ? 'autovacuum' : 'VACUUM'} has been at ${table} for ${formatSpan(seconds)}: ${phase}${done}${slept}`,
        ...(passes > 1 && {
          advice: `it has gone through the indexes ${formatCount(passes)} times for want of memory: raise ${automatic ? 'autovacuum_work_mem' : 'maintenance_work_mem'}`,
        }),
      };
    }),
});
