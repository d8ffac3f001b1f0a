import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { majorOf } from '../server.ts';
import { SESSION_NAME, sessionWords } from '../sessions.ts';
import { formatCount, formatCounted } from '../words.ts';

/**
 * The weak locks that every statement takes on the relations it touches stay in the session's own memory as long as there
 * is room for them: 16 up to PostgreSQL 17; from 18 on as many as `max_locks_per_transaction`, in groups of 16. The rest
 * goes into the lock table, whose 16 partitions all sessions share. A strong lock on a relation sends the weak ones on it
 * there too, however few a session has: those are no sign of too little room.
 */
const SQL = `
  SELECT count(*) OVER ()::float8 AS sessions, l.pid, a.usename::text AS role, a.application_name AS application,
         l.fast, l.slow, current_setting('max_locks_per_transaction')::float8 AS "perTransaction"
    FROM (SELECT pid, (count(*) FILTER (WHERE fastpath))::float8 AS fast,
                 (count(*) FILTER (WHERE NOT fastpath))::float8 AS slow
            FROM pg_locks
           WHERE locktype = 'relation' AND granted AND database <> 0
             AND mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
           GROUP BY pid) AS l
    LEFT JOIN pg_stat_activity a ON a.pid = l.pid
   WHERE l.slow > 0 AND l.fast + l.slow > 16
   ORDER BY l.slow DESC
   LIMIT 1`;

export const lockSlowPath = defineCheck({
  name: 'lock-slow-path',
  area: 'locks',
  summary: 'sessions whose locks on relations do not all fit into their own fast path',
  advice:
    'let statements touch fewer partitions and indexes (prune by the partition key, drop unused indexes); from PostgreSQL 18 on a higher max_locks_per_transaction makes room, after a restart',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 8,
    critical: 16,
    direction: 'above',
    source:
      'no tool reads it; the lock table has 16 partitions, so that 16 such sessions may wait for each other at every statement; measured on 18.4: a scan of 100 partitions takes 139 of 204 locks there at 64 locks per transaction, none at 256',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    ...SESSION_NAME,
    sessions: z.number(),
    fast: z.number(),
    slow: z.number(),
    perTransaction: z.number(),
  }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'lock_slow_path_sessions',
      help: 'Sessions whose weak relation locks do not all fit into their fast path',
      type: 'gauge',
      labels: {},
      value: ({ sessions }) => sessions,
    },
  ],
  observe: ({ rows, server }) =>
    rows.map((row) => ({
      subject: 'cluster',
      value: row.sessions,
      message: `${formatCounted(row.sessions, 'session')} with locks outside the fast path; the most: ${sessionWords(row)} with ${formatCount(row.slow)} of ${formatCount(row.fast + row.slow)}, ${majorOf(server) < 18 ? 'where up to PostgreSQL 17 there is room for 16' : `at max_locks_per_transaction = ${row.perTransaction}`}`,
    })),
});
