import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCount, formatCounted, formatSpan } from '../words.ts';

const SQL = `
  SELECT coalesce(sum(reads), 0)::float8 AS reads, coalesce(sum(read_time), 0)::float8 AS "readMs",
         current_setting('track_io_timing')::bool AS timed, extract(epoch FROM max(stats_reset))::float8 AS "statsReset"
    FROM pg_stat_io
   WHERE object = 'relation' AND context = 'normal' AND backend_type = 'client backend'`;

/** Fewer are told apart by chance. */
const LEAST_READS = 100;

export const readLatency = defineCheck({
  name: 'read-latency',
  area: 'io',
  summary: 'time that a session waits for one read, what the operating system’s cache answers included',
  advice:
    'see what else uses the disk, and whether it is throttled (a cloud disk’s limit of requests or of bytes); more memory spares it',
  scope: 'cluster',
  unit: 'milliseconds',
  threshold: {
    warning: 10,
    critical: 20,
    direction: 'above',
    source:
      'a solid-state disk answers in less than 1 ms, a cloud disk in a few, a hard disk’s seek takes 10; no tool has a default. With asynchronous I/O (18) it is what was left to wait for',
  },
  sql: [{ from: 16, sql: SQL }],
  row: z.object({
    reads: z.number(),
    readMs: z.number(),
    timed: z.boolean(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'client_reads_total',
      help: 'Reads of sessions',
      type: 'counter',
      labels: {},
      value: ({ reads }) => reads,
    },
    {
      name: 'client_read_seconds_total',
      help: 'Time that sessions waited for their reads; nothing without track_io_timing',
      type: 'counter',
      labels: {},
      value: ({ readMs }) => readMs / 1_000,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'reads',
      key: () => 'cluster',
      counters: ({ reads, readMs }) => ({ reads, readMs }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ timed }, { delta: { reads, readMs }, seconds }) => {
        const counted = `${formatCounted(reads, 'read')} in ${formatSpan(seconds)}`;
        if (reads > 0 && readMs === 0 && !timed)
          return {
            subject: 'cluster',
            value: null,
            message: `${counted}; how long they took is not visible: track_io_timing is off`,
            advice: 'ALTER SYSTEM SET track_io_timing = on, and reload',
          };
        if (reads < LEAST_READS)
          return { subject: 'cluster', value: null, level: 'ok', message: `${counted}: too few to judge by` };
        const value = readMs / reads;
        return { subject: 'cluster', value, message: `${counted} took ${formatCount(value)} ms each` };
      },
    }),
});
