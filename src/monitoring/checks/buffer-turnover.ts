import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatBytes, formatCounted, formatSpan } from '../words.ts';

/** Evictions by those who need the page itself; the rings of scans, loads and vacuum turn over within themselves. */
const SQL = `
  SELECT coalesce(sum(evictions), 0)::float8 AS evictions, current_setting('block_size')::float8 AS "blockSize",
         (SELECT setting::float8 FROM pg_settings WHERE name = 'shared_buffers') AS buffers,
         extract(epoch FROM max(stats_reset))::float8 AS "statsReset"
    FROM pg_stat_io
   WHERE object = 'relation' AND context = 'normal'`;

export const bufferTurnover = defineCheck({
  name: 'buffer-turnover',
  area: 'io',
  summary: 'time in which as many pages are thrown out of shared_buffers as there are in it',
  advice:
    'raise shared_buffers, as far as a quarter of the memory, or read fewer blocks (slow-statements, sequential-scans)',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 60,
    critical: null,
    direction: 'below',
    source:
      'the five-minute rule (Gray and Putzolu 1987): what is used again within minutes is worth its memory. A minute, since the operating system’s cache stands behind; no tool reads evictions',
  },
  sql: [{ from: 16, sql: SQL }],
  row: z.object({
    evictions: z.number(),
    blockSize: z.number(),
    buffers: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'buffer_evictions_total',
      help: 'Pages that were thrown out of shared_buffers for others',
      type: 'counter',
      labels: {},
      value: ({ evictions }) => evictions,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'evictions',
      key: () => 'cluster',
      counters: ({ evictions }) => ({ evictions }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ blockSize, buffers }, { delta, perSecond, seconds }) => {
        const size = formatBytes(buffers * blockSize);
        const counted = `${formatCounted(delta.evictions, 'page')} thrown out of shared_buffers of ${size} in ${formatSpan(seconds)}`;
        if (delta.evictions === 0) return { subject: 'cluster', value: null, level: 'ok', message: counted };
        const value = buffers / perSecond.evictions;
        return { subject: 'cluster', value, message: `${counted}: all of it in ${formatSpan(value)}` };
      },
    }),
});
