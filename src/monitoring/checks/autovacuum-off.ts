import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { formatCount } from '../words.ts';

/** What is switched off: for the server, or for a table. Partitioned tables have no rows and no such option. */
const SQL = `
  SELECT 'server' AS what, name::text AS name, NULL::float8 AS rows
    FROM pg_settings
   WHERE name IN ('autovacuum', 'track_counts') AND setting = 'off'
   UNION ALL
  (SELECT 'table', quote_ident(n.nspname) || '.' || quote_ident(c.relname), greatest(c.reltuples, 0)::float8
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
      AND EXISTS (SELECT FROM pg_options_to_table(c.reloptions)
                   WHERE option_name = 'autovacuum_enabled' AND NOT option_value::bool)
    ORDER BY c.reltuples DESC, c.oid
    LIMIT 50)`;

export const autovacuumOff = defineCheck({
  name: 'autovacuum-off',
  area: 'vacuum',
  summary: 'autovacuum is switched off, for the server or for a table',
  advice:
    'switch it on again (ALTER TABLE … RESET (autovacuum_enabled)); a job that vacuums by itself forgets the statistics of changes and new tables',
  scope: 'database',
  unit: 'count',
  threshold: null,
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ what: z.enum(['server', 'table']), name: z.string(), rows: z.number().nullable() }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows: found }) =>
    found.map(({ what, name, rows }) =>
      what === 'server'
        ? {
            subject: name,
            value: 1,
            level: 'critical' as const,
            message: `${name} is off: no table of this server is vacuumed or analyzed, but to keep transaction ids from running out`,
            advice: `ALTER SYSTEM SET ${name} = on, and reload`,
          }
        : {
            subject: name,
            value: 1,
            level: 'warning' as const,
            message: `autovacuum is switched off for ${name} (about ${formatCount(rows ?? 0)} rows)`,
          },
    ),
});
