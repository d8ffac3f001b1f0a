import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { observeKnown } from '../growth.ts';
import { formatCount, formatCounted, formatPercent, formatSpan } from '../words.ts';

const SQL = `
  SELECT quote_ident(schemaname) || '.' || quote_ident(relname) AS "table", n_tup_upd::float8 AS updates,
         n_tup_hot_upd::float8 AS hot,
         (SELECT extract(epoch FROM stats_reset)::float8 FROM pg_stat_database
           WHERE datname = current_database()) AS "statsReset"
    FROM pg_stat_user_tables
   ORDER BY n_tup_upd DESC, relid
   LIMIT 200`;

/** Of fewer updates a share says little, and they cost little. */
const LEAST_UPDATES = 500;

export const updatesNotHot = defineCheck({
  name: 'updates-not-hot',
  area: 'tables',
  summary: 'updates of a table that had to write into all of its indexes, as a share of all',
  advice:
    'drop indexes on columns that are updated often and searched seldom; where the pages are full, a fillfactor below 100 leaves room (updates-to-new-pages tells)',
  scope: 'database',
  unit: 'percent',
  threshold: {
    warning: 90,
    critical: null,
    direction: 'above',
    source: 'pg-extras: fewer than 10 % of updates within their page (heap-only)',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    table: z.string(),
    updates: z.number(),
    hot: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'table_updates_total',
      help: 'Rows of a table that were updated',
      type: 'counter',
      labels: { table: ({ table }) => table },
      value: ({ updates }) => updates,
    },
    {
      name: 'table_hot_updates_total',
      help: 'Those that wrote into no index',
      type: 'counter',
      labels: { table: ({ table }) => table },
      value: ({ hot }) => hot,
    },
  ],
  observe: (sample) =>
    observeKnown(sample, sample.server.database, {
      of: 'updates',
      key: ({ table }) => table,
      counters: ({ updates, hot }) => ({ updates, hot }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ table }, { delta: { updates, hot }, seconds }) => {
        if (updates < LEAST_UPDATES) return null;
        const value = (100 * (updates - hot)) / updates;
        return {
          subject: table,
          value,
          message: `${formatCount(updates - hot)} of ${formatCounted(updates, 'update')} of ${table} in ${formatSpan(seconds)} wrote into its indexes (${formatPercent(value)})`,
        };
      },
    }),
});
