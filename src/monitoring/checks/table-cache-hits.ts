import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { observeKnown } from '../growth.ts';
import { formatBytes, formatCount, formatPercent, formatSpan } from '../words.ts';

/** With its indexes and what is stored out of line. The database’s times are there with `track_io_timing` only. */
const SQL = `
  SELECT quote_ident(t.schemaname) || '.' || quote_ident(t.relname) AS "table", t.read::float8 AS read,
         t.hit::float8 AS hit, d.blks_read::float8 AS "databaseRead", d.blk_read_time AS "databaseReadMs",
         current_setting('block_size')::float8 AS "blockSize", extract(epoch FROM d.stats_reset)::float8 AS "statsReset"
    FROM (SELECT schemaname, relname, relid,
                 coalesce(heap_blks_read, 0) + coalesce(idx_blks_read, 0) + coalesce(toast_blks_read, 0)
                 + coalesce(tidx_blks_read, 0) AS read,
                 coalesce(heap_blks_hit, 0) + coalesce(idx_blks_hit, 0) + coalesce(toast_blks_hit, 0)
                 + coalesce(tidx_blks_hit, 0) AS hit
            FROM pg_statio_user_tables) AS t
    JOIN pg_stat_database d ON d.datname = current_database()
   ORDER BY t.read DESC, t.relid
   LIMIT 200`;

/** Blocks, since the last look. */
const LEAST_READS = 1_000;
/** Milliseconds of waiting in each second: one percent of a session’s time is nothing to gain from. */
const LEAST_WAIT = 10;

export const tableCacheHits = defineCheck({
  name: 'table-cache-hits',
  area: 'tables',
  summary: 'blocks of a table that were in shared_buffers, as a share of those that were asked for',
  advice:
    'read fewer blocks first (an index, fewer columns, a narrower range); where the table is needed whole, raise shared_buffers',
  scope: 'database',
  unit: 'percent',
  threshold: {
    warning: 95,
    critical: 90,
    direction: 'below',
    source:
      'pghero 99, pg-extras 98.5, postgres_exporter mixin 98, postgres-mcp 95, pgEdge and postgresqltuner 90; a share says nothing of the operating system’s cache, so it counts only where blocks are read in numbers, and not where waiting for them is known to take next to nothing',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    table: z.string(),
    read: z.number(),
    hit: z.number(),
    databaseRead: z.number(),
    databaseReadMs: z.number(),
    blockSize: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'table_blocks_read_total',
      help: 'Blocks of a table and its indexes that were not in shared_buffers',
      type: 'counter',
      labels: { table: ({ table }) => table },
      value: ({ read }) => read,
    },
    {
      name: 'table_blocks_hit_total',
      help: 'Blocks of a table and its indexes that were in shared_buffers',
      type: 'counter',
      labels: { table: ({ table }) => table },
      value: ({ hit }) => hit,
    },
  ],
  observe: (sample) =>
    observeKnown(sample, sample.server.database, {
      of: 'blocks',
      key: ({ table }) => table,
      counters: ({ read, hit, databaseRead, databaseReadMs }) => ({
        read,
        hit,
        databaseRead,
        databaseReadMs,
      }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ table, blockSize }, { delta, seconds }) => {
        const { read, hit } = delta;
        if (read < LEAST_READS) return null;
        const value = (100 * hit) / (read + hit);
        const counted = `${table} found ${formatPercent(value)} of ${formatCount(read + hit)} blocks in shared_buffers, and read ${formatBytes(read * blockSize)} in ${formatSpan(seconds)}`;
        const msEach = delta.databaseReadMs / delta.databaseRead;
        if (!(msEach > 0)) return { subject: table, value, message: counted };
        const isNothing = (read * msEach) / seconds < LEAST_WAIT;
        return {
          subject: table,
          value,
          ...(isNothing && { level: 'ok' as const }),
          message: `${counted}, at ${formatCount(msEach)} ms a block in this database`,
        };
      },
    }),
});
