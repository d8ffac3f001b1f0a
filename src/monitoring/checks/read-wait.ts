import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCount, formatPercent, formatSpan } from '../words.ts';

const SQL = `
  SELECT datname::text AS database, blks_hit::float8 AS hits, blks_read::float8 AS reads, blk_read_time AS "readMs",
         active_time AS "activeMs", current_setting('track_io_timing')::bool AS timed,
         extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_database
   WHERE datname IS NOT NULL
   ORDER BY blk_read_time DESC, datname
   LIMIT 200`;

/** A session’s tenth: whoever does nothing else than to read a little waits for nothing that matters. */
const LEAST_SHARE_OF_TIME = 0.1;

export const readWait = defineCheck({
  name: 'read-wait',
  area: 'io',
  summary: 'time that sessions of a database wait for blocks, as a share of the time that they are at work',
  advice:
    'read fewer blocks first (slow-statements, sequential-scans); then more shared_buffers and memory; then a faster disk, or more of its requests at once (effective_io_concurrency)',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 50,
    critical: 80,
    direction: 'above',
    source:
      'the tools’ cache hit ratios (99 pghero to 90 pgEdge) know nothing of the operating system’s cache; what counts is reads times the time of one. From half on the disk decides how fast the database is',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    database: z.string(),
    hits: z.number(),
    reads: z.number(),
    readMs: z.number(),
    activeMs: z.number(),
    timed: z.boolean(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'blocks_read_total',
      help: 'Blocks that were not in shared_buffers',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ reads }) => reads,
    },
    {
      name: 'blocks_hit_total',
      help: 'Blocks that were in shared_buffers',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ hits }) => hits,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'reads',
      key: ({ database }) => database,
      counters: ({ hits, reads, readMs, activeMs }) => ({ hits, reads, readMs, activeMs }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ database, timed }, { delta: { hits, reads, readMs, activeMs }, seconds }) => {
        const share =
          reads + hits === 0
            ? ''
            : ` (${formatPercent((100 * reads) / (reads + hits))} of what they asked for)`;
        const counted = `sessions of ${database} read ${formatCount(reads)} blocks in ${formatSpan(seconds)}${share}`;
        if (reads === 0) return { subject: database, value: 0, message: counted };
        if (!timed && readMs === 0)
          return {
            subject: database,
            value: null,
            message: `${counted}; how long that took is not visible: track_io_timing is off`,
            advice: 'ALTER SYSTEM SET track_io_timing = on, and reload',
          };
        // Parallel workers wait as well, while only their leader’s time is counted as work.
        const value = Math.min(100, (100 * readMs) / Math.max(activeMs, readMs, 1));
        return {
          subject: database,
          value,
          ...(readMs < 1_000 * seconds * LEAST_SHARE_OF_TIME && { level: 'ok' as const }),
          message: `${counted}, at ${formatCount(readMs / reads)} ms each: ${formatPercent(value)} of their time`,
        };
      },
    }),
});
