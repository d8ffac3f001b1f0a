import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount, formatCounted, formatPercent } from '../words.ts';

/** What is submitted waits for a worker or is being read by one; without workers there is no queue to look at. */
const SQL = `
  SELECT current_setting('io_method') AS method, current_setting('io_workers')::float8 AS workers,
         (SELECT count(*) FROM pg_aios WHERE state = 'SUBMITTED' AND NOT f_sync)::float8 AS submitted,
         count(*) FILTER (WHERE wait_event = 'AioIoCompletion')::float8 AS waiting,
         count(*) FILTER (WHERE wait_event = 'AioWorkerSubmissionQueue')::float8 AS queueing
    FROM pg_stat_activity`;

export const aioWorkers = defineCheck({
  name: 'aio-workers',
  area: 'io',
  summary: 'reads that are handed to the I/O workers, as a share of the workers',
  advice:
    'raise io_workers (a reload suffices) while the CPU has room, and measure: the best number is where the disk has no more to give',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 400,
    critical: null,
    direction: 'above',
    source:
      'measured on 18 with two CPUs: a cold scan with 64 reads ahead took 1.9 s with 3 workers, 1.0 s with 8, 1.2 s with 16. Reading ahead fills the queue by design, so more than four a worker counts; no tool reads pg_aios',
  },
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 18, sql: SQL }],
  row: z.object({
    method: z.string(),
    workers: z.number(),
    submitted: z.number(),
    waiting: z.number(),
    queueing: z.number(),
  }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'aio_submitted',
      help: 'Reads and writes that are handed to the kernel or to the I/O workers',
      type: 'gauge',
      labels: {},
      value: ({ submitted }) => submitted,
    },
    {
      name: 'aio_waiting_sessions',
      help: 'Processes that wait for asynchronous I/O to complete',
      type: 'gauge',
      labels: {},
      value: ({ waiting }) => waiting,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ method, workers, submitted, waiting, queueing }) => {
      if (method !== 'worker')
        return {
          subject: 'cluster',
          value: null,
          level: 'ok',
          message: `no I/O workers: io_method is ${method}`,
        };
      const value = (100 * submitted) / workers;
      return {
        subject: 'cluster',
        value,
        message: `${formatCounted(submitted, 'read')} for ${formatCounted(workers, 'I/O worker')} (${formatPercent(value)}); ${formatCounted(waiting, 'session')} waiting for one, ${formatCount(queueing)} to hand one in`,
      };
    }),
});
