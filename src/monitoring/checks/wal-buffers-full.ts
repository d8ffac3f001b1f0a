import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatBytes, formatCount, formatPercent, formatSpan } from '../words.ts';

const SQL = `
  SELECT wal_buffers_full::float8 AS full, wal_bytes::float8 AS bytes,
         current_setting('wal_block_size')::float8 AS "pageSize",
         (SELECT setting::float8 FROM pg_settings WHERE name = 'wal_buffers') * current_setting('wal_block_size')::float8 AS buffers,
         extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_wal`;

/** A segment: a burst of less is over before it matters. */
const LEAST_BYTES = 16 * 1_024 ** 2;

export const walBuffersFull = defineCheck({
  name: 'wal-buffers-full',
  area: 'wal',
  summary: 'pages of the log that a session had to write out to make room in wal_buffers, as a share of all',
  advice:
    'raise wal_buffers (needs a restart) to 64 MB, and look again; where the disk is the limit it does not help',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 10,
    critical: null,
    direction: 'above',
    source:
      'no tool has a default; measured on 18 while loading rows without pause: rows of 250 bytes were written so for 74 % of the pages at the 4 MB of the default shared_buffers, 3 % at 16 MB, none at 64 MB',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    full: z.number(),
    bytes: z.number(),
    pageSize: z.number(),
    buffers: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'wal_buffers_full_total',
      help: 'Times that a session wrote the log because wal_buffers were full, since the statistics were reset',
      type: 'counter',
      labels: {},
      value: ({ full }) => full,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'full WAL buffers',
      key: () => 'cluster',
      counters: ({ full, bytes }) => ({ full, bytes }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ pageSize, buffers }, { delta: { full, bytes }, seconds }) => {
        const pages = Math.max(1, bytes / pageSize);
        const value = Math.min(100, (100 * full) / pages);
        return {
          subject: 'cluster',
          value,
          ...(bytes < LEAST_BYTES && { level: 'ok' as const }),
          message: `wal_buffers of ${formatBytes(buffers)} were full ${formatCount(full)} times in ${formatSpan(seconds)}, for ${formatPercent(value)} of ${formatCount(pages)} pages of write-ahead log`,
        };
      },
    }),
});
