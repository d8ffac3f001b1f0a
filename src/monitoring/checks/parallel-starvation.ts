import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCount, formatCounted, formatPercent, formatSpan } from '../words.ts';

const SQL = `
  SELECT datname::text AS database, parallel_workers_to_launch::float8 AS planned,
         parallel_workers_launched::float8 AS launched, extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_database
   WHERE datname IS NOT NULL
   ORDER BY parallel_workers_to_launch DESC, datname
   LIMIT 200`;

/** Of fewer workers a single missing one is too large a share. */
const LEAST_WORKERS = 10;

export const parallelStarvation = defineCheck({
  name: 'parallel-starvation',
  area: 'queries',
  summary:
    'parallel workers that statements of each database got, as a share of those that their plans wanted',
  advice:
    'raise max_parallel_workers (and max_worker_processes) where the server has idle cores; where it has none, lower max_parallel_workers_per_gather, so that plans are made for the workers there are',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 80,
    critical: 50,
    direction: 'below',
    source:
      'pgmetrics, pgwatch and pigsty collect it, none alerts; below 80 one worker in five is missing, below 50 plans run on half of what they were costed with',
  },
  sql: [{ from: 18, sql: SQL }],
  row: z.object({
    database: z.string(),
    planned: z.number(),
    launched: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'parallel_workers_planned_total',
      help: 'Parallel workers that plans wanted since the statistics were reset',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ planned }) => planned,
    },
    {
      name: 'parallel_workers_launched_total',
      help: 'Parallel workers that were launched since the statistics were reset',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ launched }) => launched,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'parallel workers',
      key: ({ database }) => database,
      counters: ({ planned, launched }) => ({ planned, launched }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ database }, { delta: { planned, launched }, seconds }) => {
        const counted = `${formatCount(launched)} of ${formatCounted(planned, 'parallel worker')} launched in ${formatSpan(seconds)}`;
        if (planned < LEAST_WORKERS)
          return { subject: database, value: null, level: 'ok', message: `${counted}: too few for a share` };
        const value = (100 * launched) / planned;
        return { subject: database, value, message: `${counted} (${formatPercent(value)})` };
      },
    }),
});
