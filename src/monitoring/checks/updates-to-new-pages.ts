import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { observeKnown } from '../growth.ts';
import { formatCount, formatCounted, formatPercent, formatSpan } from '../words.ts';

const SQL = `
  SELECT quote_ident(s.schemaname) || '.' || quote_ident(s.relname) AS "table", s.n_tup_upd::float8 AS updates,
         s.n_tup_newpage_upd::float8 AS moved,
         coalesce((SELECT option_value::int FROM pg_options_to_table(c.reloptions)
                    WHERE option_name = 'fillfactor'), 100) AS fillfactor,
         (SELECT extract(epoch FROM stats_reset)::float8 FROM pg_stat_database
           WHERE datname = current_database()) AS "statsReset"
    FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
   ORDER BY s.n_tup_upd DESC, s.relid
   LIMIT 200`;

/** Of fewer updates a share says little, and they cost little. */
const LEAST_UPDATES = 500;

export const updatesToNewPages = defineCheck({
  name: 'updates-to-new-pages',
  area: 'tables',
  summary: 'updates of a table that found no room in their page, as a share of all',
  advice:
    'lower the table’s fillfactor, to 90 and then 80 (it takes effect on pages that are written anew), and let autovacuum come sooner',
  scope: 'database',
  unit: 'percent',
  threshold: {
    warning: 20,
    critical: null,
    direction: 'above',
    source: 'pg-extras 20 %, of 10,000 updates in all',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 16, sql: SQL }],
  row: z.object({
    table: z.string(),
    updates: z.number(),
    moved: z.number(),
    fillfactor: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'table_new_page_updates_total',
      help: 'Rows of a table that an update put into another page',
      type: 'counter',
      labels: { table: ({ table }) => table },
      value: ({ moved }) => moved,
    },
  ],
  observe: (sample) =>
    observeKnown(sample, sample.server.database, {
      of: 'updates',
      key: ({ table }) => table,
      counters: ({ updates, moved }) => ({ updates, moved }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ table, fillfactor }, { delta: { updates, moved }, seconds }) => {
        if (updates < LEAST_UPDATES) return null;
        const value = (100 * moved) / updates;
        return {
          subject: table,
          value,
          message: `${formatCount(moved)} of ${formatCounted(updates, 'update')} of ${table} in ${formatSpan(seconds)} went to another page (${formatPercent(value)}), at fillfactor ${fillfactor}`,
        };
      },
    }),
});
