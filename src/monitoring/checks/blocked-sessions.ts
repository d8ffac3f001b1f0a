import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCounted } from '../words.ts';

/**
 * A lock is waited for now and then; after one second the server itself looks for a deadlock. `waitstart` is NULL in the
 * first moment of a wait.
 */
const SQL = `
  SELECT d.datname::text AS database, count(DISTINCT l.pid)::float8 AS blocked
    FROM pg_database d
    LEFT JOIN (pg_stat_activity a JOIN pg_locks l
                 ON l.pid = a.pid AND NOT l.granted AND l.waitstart < clock_timestamp() - interval '1 second')
           ON a.datid = d.oid
   WHERE d.datallowconn
   GROUP BY d.datname
   ORDER BY blocked DESC, d.datname
   LIMIT 200`;

export const blockedSessions = defineCheck({
  name: 'blocked-sessions',
  area: 'locks',
  summary: 'sessions of each database that have waited for a lock for more than a second',
  advice:
    'see lock-wait for what they wait behind; keep transactions short, and give schema changes a lock_timeout and several attempts',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 5,
    critical: 20,
    direction: 'above',
    source:
      'pgwatch 1/5 and pgEdge 5 count waits of any length; 20 is the whole of a usual pool, which then serves nobody',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ database: z.string(), blocked: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'blocked_sessions',
      help: 'Sessions that have waited for a lock for more than a second',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ blocked }) => blocked,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ database, blocked }) => ({
      subject: database,
      value: blocked,
      message: `${formatCounted(blocked, 'session')} waiting for a lock for more than a second`,
    })),
});
