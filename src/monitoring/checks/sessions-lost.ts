import { z } from 'zod';
import { defineCheck, type Metric } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCount, formatCounted, formatSpan } from '../words.ts';

const SQL = `
  SELECT datname::text AS database, sessions_abandoned::float8 AS abandoned, sessions_fatal::float8 AS fatal,
         sessions_killed::float8 AS killed, extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_database
   WHERE datname IS NOT NULL
   ORDER BY sessions_abandoned + sessions_fatal + sessions_killed DESC, datname
   LIMIT 200`;

const ROW = z.object({
  database: z.string(),
  abandoned: z.number(),
  fatal: z.number(),
  killed: z.number(),
  statsReset: z.number().nullable(),
});

const ENDS = ['abandoned', 'fatal', 'killed'] as const;

export const sessionsLost = defineCheck({
  name: 'sessions-lost',
  area: 'connections',
  summary: 'sessions a minute that did not end by their client’s will, in each database',
  advice:
    'look into the server log for what ended them; vanished clients are crashes, memory limits, or a network that drops idle connections (tcp_keepalives_idle)',
  scope: 'cluster',
  unit: 'per minute',
  threshold: {
    warning: 1,
    critical: 10,
    direction: 'above',
    source:
      'no tool alerts on it; one a minute, round after round, is not a deployment or an administrator any more',
  },
  sql: [{ from: 14, sql: SQL }],
  row: ROW,
  remembers: 'last',
  metrics: ENDS.map((end): Metric<z.infer<typeof ROW>> => ({
    name: `sessions_${end}_total`,
    help: `Sessions that ended as pg_stat_database.sessions_${end} counts them`,
    type: 'counter',
    labels: { datname: ({ database }) => database },
    value: (row) => row[end],
  })),
  observe: (sample) =>
    observeEach(sample, {
      of: 'lost sessions',
      key: ({ database }) => database,
      counters: ({ abandoned, fatal, killed }) => ({ abandoned, fatal, killed }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ database }, { delta: { abandoned, fatal, killed }, seconds }) => {
        const lost = abandoned + fatal + killed;
        return {
          subject: database,
          value: (60 * lost) / seconds,
          message: `${formatCounted(lost, 'session')} lost in ${formatSpan(seconds)}: ${formatCount(abandoned)} by clients that vanished, ${formatCount(fatal)} by errors, ${formatCount(killed)} by an administrator`,
        };
      },
    }),
});
