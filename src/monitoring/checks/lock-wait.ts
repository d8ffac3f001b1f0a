import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { SESSION_NAME, sessionWords } from '../sessions.ts';
import { formatCounted, formatSpan } from '../words.ts';

/**
 * `pg_blocking_pids` stops the lock manager for a moment, so it is asked of one session of each database only. Zero stands
 * there for a prepared transaction. Names of relations are those of our database.
 */
const SQL = `
  SELECT w.database, w.pid, w.role, w.application, w.seconds, w.mode, w.kind, w.relation, b.blockers,
         b.pid AS "blockerPid", b.role AS "blockerRole", b.application AS "blockerApplication", b.state AS "blockerState",
         b.seconds AS "blockerSeconds"
    FROM (SELECT * FROM (
            SELECT DISTINCT ON (a.datname) a.datname::text AS database, l.pid, a.usename::text AS role,
                   a.application_name AS application, l.mode, l.locktype AS kind,
                   greatest(0, extract(epoch FROM clock_timestamp() - l.waitstart))::float8 AS seconds,
                   (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE c.oid = l.relation
                       AND l.database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))) AS relation
              FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE NOT l.granted AND l.waitstart IS NOT NULL AND a.datname IS NOT NULL
             ORDER BY a.datname, l.waitstart) AS longest
           ORDER BY seconds DESC
           LIMIT 20) AS w
    CROSS JOIN LATERAL (
          SELECT p.pid, a.usename::text AS role, a.application_name AS application,
                 CASE WHEN a.wait_event_type = 'Lock' THEN 'waiting for a lock' ELSE a.state END AS state,
                 greatest(0, extract(epoch FROM clock_timestamp() - a.state_change))::float8 AS seconds,
                 (count(*) OVER ())::float8 AS blockers
            FROM unnest(pg_blocking_pids(w.pid)) AS p (pid) LEFT JOIN pg_stat_activity a ON a.pid = p.pid
           ORDER BY a.xact_start NULLS LAST
           LIMIT 1) AS b
   ORDER BY w.seconds DESC`;

const ROW = z.object({
  ...SESSION_NAME,
  database: z.string(),
  seconds: z.number(),
  mode: z.string(),
  kind: z.string(),
  relation: z.string().nullable(),
  blockers: z.number(),
  blockerPid: z.number(),
  blockerRole: z.string().nullable(),
  blockerApplication: z.string().nullable(),
  blockerState: z.string().nullable(),
  blockerSeconds: z.number().nullable(),
});
type Row = z.infer<typeof ROW>;

export const lockWait = defineCheck({
  name: 'lock-wait',
  area: 'locks',
  summary: 'how long the longest wait for a lock has lasted in each database, and behind whom',
  advice:
    'let the blocking session finish or end it (pg_cancel_backend, then pg_terminate_backend); lock_timeout bounds such waits, log_lock_waits tells of them later',
  scope: 'cluster',
  unit: 'seconds',
  threshold: { warning: 60, critical: 120, direction: 'above', source: 'pgEdge 60; check_postgres 60/120' },
  sql: [{ from: 14, sql: SQL }],
  row: ROW,
  remembers: 'nothing',
  metrics: [
    {
      name: 'lock_wait_seconds',
      help: 'How long the longest wait for a lock has lasted',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ seconds }) => seconds,
    },
  ],
  observe: ({ rows }) =>
    rows.map((row) => ({
      subject: row.database,
      value: row.seconds,
      message: `${sessionWords(row)} has waited ${formatSpan(row.seconds)} for ${lockWords(row)}, behind ${blockerWords(row)}`,
    })),
});

const KINDS: Readonly<Record<string, string>> = {
  transactionid: 'a row that another transaction has changed',
  tuple: 'its turn at a row',
  advisory: 'an advisory lock',
};

function lockWords({ kind, mode, relation }: Row): string {
  if (kind === 'relation') return `${mode} on ${relation ?? 'a relation of that database'}`;
  const what = KINDS[kind] ?? `${mode} (${kind})`;
  return relation === null ? what : `${what} of ${relation}`;
}

function blockerWords(row: Row): string {
  const others = row.blockers > 1 ? ` and ${formatCounted(row.blockers - 1, 'other')}` : '';
  if (row.blockerPid === 0) return `a prepared transaction${others}`;
  const name = sessionWords({
    pid: row.blockerPid,
    role: row.blockerRole,
    application: row.blockerApplication,
  });
  if (row.blockerState === null || row.blockerSeconds === null) return `${name}${others}`;
  return `${name}${others}, ${row.blockerState} for ${formatSpan(row.blockerSeconds)}`;
}
