import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { formatBytes } from '../words.ts';

/** As `REFRESH … CONCURRENTLY` wants it: a unique index on plain columns over all rows. The size is that of the last vacuum. */
const SQL = `
  SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS view, c.relispopulated AS populated,
         c.relpages::float8 * current_setting('block_size')::float8 AS bytes,
         EXISTS (SELECT FROM pg_index i
                  WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
                    AND i.indpred IS NULL AND i.indexprs IS NULL) AS concurrently
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'm'
   ORDER BY c.relispopulated, c.relpages DESC, c.oid
   LIMIT 100`;

/** A smaller one is refreshed in a moment, which nobody minds to wait for. */
const LEAST_BYTES = 10 * 1_024 ** 2;

export const materializedViews = defineCheck({
  name: 'materialized-views',
  area: 'tables',
  summary: 'materialized views that cannot be read, or cannot be refreshed while they are read',
  advice:
    'CREATE UNIQUE INDEX on its key, so that REFRESH MATERIALIZED VIEW CONCURRENTLY keeps nobody waiting; how old its rows are PostgreSQL does not note',
  scope: 'database',
  unit: 'count',
  threshold: null,
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ view: z.string(), populated: z.boolean(), bytes: z.number(), concurrently: z.boolean() }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ view, populated, bytes, concurrently }) => {
      if (!populated)
        return {
          subject: view,
          value: 1,
          level: 'warning',
          message: `${view} has no rows yet: a query of it fails`,
          advice: `REFRESH MATERIALIZED VIEW ${view}`,
        };
      if (!concurrently && bytes >= LEAST_BYTES)
        return {
          subject: view,
          value: 1,
          level: 'warning',
          message: `${view} (${formatBytes(bytes)}) has no unique index on plain columns: nobody can read it while it is refreshed`,
        };
      return { subject: view, value: 0, message: `${view} (${formatBytes(bytes)}) has rows` };
    }),
});
