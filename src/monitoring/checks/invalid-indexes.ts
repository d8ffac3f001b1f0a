import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { formatBytes } from '../words.ts';

/**
 * An index that is being built concurrently is invalid until it is done; whoever builds it holds a lock on the table that
 * else vacuum and analyze take for long. The index of a partitioned table has no size, and is invalid until each
 * partition has one. One that is being dropped has none either, but NULL.
 */
const SQL = `
  SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS index, i.indrelid::regclass::text AS "table",
         s.bytes::float8 AS bytes, c.relkind = 'I' AS partitioned,
         i.indisunique AS "isUnique", c.relname ~ '_cc(new|old)\\d*$' AS rebuilt
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
   CROSS JOIN LATERAL pg_relation_size(c.oid) AS s (bytes)
   WHERE NOT i.indisvalid AND s.bytes IS NOT NULL
     AND NOT EXISTS (
         SELECT FROM pg_locks l
          WHERE l.locktype = 'relation' AND l.relation = i.indrelid AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum UNION ALL SELECT pid FROM pg_stat_progress_analyze))
   ORDER BY bytes DESC, c.oid
   LIMIT 100`;

export const invalidIndexes = defineCheck({
  name: 'invalid-indexes',
  area: 'indexes',
  summary: 'size of indexes that every write keeps up and no query uses, left behind by a build that failed',
  advice:
    'REINDEX INDEX CONCURRENTLY makes it valid; DROP INDEX CONCURRENTLY where it is not wanted any more',
  scope: 'database',
  unit: 'bytes',
  threshold: {
    warning: 0,
    critical: null,
    direction: 'above',
    source: 'any: pghero, pg-index-health and postgresqltuner warn of each',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    index: z.string(),
    table: z.string(),
    bytes: z.number(),
    partitioned: z.boolean(),
    isUnique: z.boolean(),
    rebuilt: z.boolean(),
  }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ index, table, bytes, partitioned, isUnique, rebuilt }) => {
      if (partitioned)
        return {
          subject: index,
          value: bytes,
          message: `${index} of ${table} is invalid: not every partition has its part of it`,
          advice: 'build the missing parts concurrently, and ALTER INDEX … ATTACH PARTITION each',
        };
      const message = `${index} of ${table} (${formatBytes(bytes)}) is invalid${isUnique ? ' and vouches for no uniqueness' : ''}`;
      if (!rebuilt) return { subject: index, value: bytes, message };
      return {
        subject: index,
        value: bytes,
        message: `${message}; its name says that REINDEX CONCURRENTLY left it behind`,
        advice:
          'DROP INDEX CONCURRENTLY, then rebuild the index it was made for again if that is still wanted',
      };
    }),
});
