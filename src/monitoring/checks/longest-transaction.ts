import { defineCheck } from '../check.ts';
import { OLDEST_SESSION, oldestSessions, sessionWords } from '../sessions.ts';
import { formatCounted, formatSpan } from '../words.ts';

export const longestTransaction = defineCheck({
  name: 'longest-transaction',
  area: 'queries',
  summary: 'how long the longest transaction of each database has been open',
  advice:
    'commit in smaller parts; while it is open, vacuum removes nothing that it may still see (transaction_timeout, from PostgreSQL 17 on, bounds it for a role)',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 600,
    critical: 3_600,
    direction: 'above',
    source:
      'pgEdge 600; postgres-checkup 3,600; pgwatch 30/300 and pgmonitor 43,200/86,400 lie on both sides',
  },
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: oldestSessions({ since: 'a.xact_start', condition: 'true' }) }],
  row: OLDEST_SESSION,
  remembers: 'nothing',
  metrics: [
    {
      name: 'open_transactions',
      help: 'Client sessions that are in a transaction',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ sessions }) => sessions,
    },
    {
      name: 'longest_transaction_seconds',
      help: 'How long the longest transaction has been open',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ seconds }) => seconds,
    },
  ],
  observe: ({ rows }) =>
    rows.map((session) => ({
      subject: session.database,
      value: session.seconds,
      message: `${formatCounted(session.sessions, 'open transaction')}; the longest for ${formatSpan(session.seconds)}: ${sessionWords(session)}, ${session.state ?? 'in an unknown state'}, with ${session.statement}`,
    })),
});
