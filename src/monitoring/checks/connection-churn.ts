import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCount, formatCounted, formatSpan } from '../words.ts';

const SQL = `
  SELECT datname::text AS database, sessions::float8 AS sessions, session_time / 1000 AS "sessionSeconds",
         extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_database
   WHERE datname IS NOT NULL
   ORDER BY sessions DESC, datname
   LIMIT 200`;

export const connectionChurn = defineCheck({
  name: 'connection-churn',
  area: 'connections',
  summary: 'new sessions a second in each database',
  advice:
    'keep connections open in a pool, in the application or with PgBouncer, instead of opening one for each request',
  scope: 'cluster',
  unit: 'per second',
  threshold: {
    warning: 10,
    critical: 100,
    direction: 'above',
    source:
      'measured on 18.4: a new session takes 4 to 5 ms of the server’s CPU, so 10 a second take 5 % of a core and 100 half of it; postgresqltuner goes by an average age under 10 minutes, which a few short sessions also have',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    database: z.string(),
    sessions: z.number(),
    sessionSeconds: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'sessions_total',
      help: 'Sessions that were opened since the statistics were reset',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ sessions }) => sessions,
    },
    {
      name: 'session_seconds_total',
      help: 'Time that sessions were open since the statistics were reset',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ sessionSeconds }) => sessionSeconds,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'new sessions',
      key: ({ database }) => database,
      counters: ({ sessions, sessionSeconds }) => ({ sessions, sessionSeconds }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ database }, { delta, perSecond, seconds }) => ({
        subject: database,
        value: perSecond.sessions,
        message: `${formatCounted(delta.sessions, 'new session')} in ${formatSpan(seconds)} (${formatCount(perSecond.sessions)} a second)${lengthWords(delta)}`,
      }),
    }),
});

/** The time that all sessions were open, for each new one: their average length where as many end as begin. */
function lengthWords(delta: { readonly sessions: number; readonly sessionSeconds: number }): string {
  if (delta.sessions === 0) return '';
  return `, ${formatSpan(delta.sessionSeconds / delta.sessions)} of open session for each`;
}
