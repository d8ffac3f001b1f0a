import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { observeKnown } from '../growth.ts';
import { formatBytes, formatCount, formatCounted, formatSpan } from '../words.ts';

/** Sizes as of the last vacuum or analyze: asking the file system for each table would cost more than it tells. */
const SQL = `
  SELECT quote_ident(s.schemaname) || '.' || quote_ident(s.relname) AS "table", s.seq_scan::float8 AS scans,
         s.seq_tup_read::float8 AS "rowsRead", c.relpages * current_setting('block_size')::float8 AS bytes,
         (SELECT extract(epoch FROM stats_reset)::float8 FROM pg_stat_database
           WHERE datname = current_database()) AS "statsReset"
    FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
   WHERE c.relpages * current_setting('block_size')::float8 >= 100 * 1024 ^ 2
   ORDER BY s.seq_scan DESC, s.relid
   LIMIT 200`;

export const sequentialScans = defineCheck({
  name: 'sequential-scans',
  area: 'tables',
  summary: 'how often a minute a table of more than 100 MB is read from end to end',
  advice:
    'find the statements that read it (pg_stat_statements by shared_blks_hit and shared_blks_read), and give them an index: pitstop explain names one',
  scope: 'database',
  unit: 'per minute',
  threshold: {
    warning: 10,
    critical: 100,
    direction: 'above',
    source: 'pgwatch 10/100 a minute on tables of more than 100 MB',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    table: z.string(),
    scans: z.number(),
    rowsRead: z.number(),
    bytes: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'table_sequential_scans_total',
      help: 'Sequential scans of a table of more than 100 MB',
      type: 'counter',
      labels: { table: ({ table }) => table },
      value: ({ scans }) => scans,
    },
    {
      name: 'table_sequential_rows_total',
      help: 'Rows that these scans read',
      type: 'counter',
      labels: { table: ({ table }) => table },
      value: ({ rowsRead }) => rowsRead,
    },
  ],
  observe: (sample) =>
    observeKnown(sample, sample.server.database, {
      of: 'sequential scans',
      key: ({ table }) => table,
      counters: ({ scans, rowsRead }) => ({ scans, rowsRead }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ table, bytes }, { delta, perSecond, seconds }) => ({
        subject: table,
        value: 60 * perSecond.scans,
        message: `${table} (${formatBytes(bytes)}) had ${formatCounted(delta.scans, 'sequential scan')} in ${formatSpan(seconds)}, of ${formatCount(delta.rowsRead)} rows together`,
      }),
    }),
});
