import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatBytes, formatCount, formatPercent, formatSpan } from '../words.ts';

const SQL = `
  SELECT wal_fpi::float8 AS images, wal_bytes::float8 AS bytes, current_setting('block_size')::float8 AS "blockSize",
         current_setting('wal_compression') AS compression, extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_wal`;

/** A segment: less says nothing of how the server usually writes. */
const LEAST_BYTES = 16 * 1_024 ** 2;

export const walFullPageImages = defineCheck({
  name: 'wal-full-page-images',
  area: 'wal',
  summary:
    'whole pages, which each page is logged as at its first change after a checkpoint, as a share of the log',
  advice:
    'switch wal_compression on, and let checkpoints be further apart (max_wal_size, checkpoint_timeout); keys in random order touch more pages than keys in order',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 70,
    critical: null,
    direction: 'above',
    source:
      'measured on 18: pgbench’s log is nine tenths images without wal_compression, and 82 % smaller with it; no tool has a default',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    images: z.number(),
    bytes: z.number(),
    blockSize: z.number(),
    compression: z.string(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'wal_full_page_images_total',
      help: 'Images of whole pages in the write-ahead log since the statistics were reset',
      type: 'counter',
      labels: {},
      value: ({ images }) => images,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'images of pages',
      key: () => 'cluster',
      counters: ({ images, bytes }) => ({ images, bytes }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ blockSize, compression }, { delta: { images, bytes }, seconds }) => {
        // What they take is not counted before 19: holes are left out, and compression is not in this.
        const most = Math.min(100, (100 * images * blockSize) / Math.max(1, bytes));
        const written = `${formatCount(images)} images of pages in ${formatBytes(bytes)} of write-ahead log in ${formatSpan(seconds)}`;
        if (bytes < LEAST_BYTES)
          return {
            subject: 'cluster',
            value: most,
            level: 'ok',
            message: `${written}: too little to judge by`,
          };
        if (compression !== 'off')
          return {
            subject: 'cluster',
            value: most,
            level: 'ok',
            message: `${written}, compressed by ${compression}`,
          };
        return {
          subject: 'cluster',
          value: most,
          message: `${written}: up to ${formatPercent(most)} of it, uncompressed`,
        };
      },
    }),
});
