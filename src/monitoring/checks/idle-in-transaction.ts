import { defineCheck } from '../check.ts';
import { OLDEST_SESSION, oldestSessions, sessionWords } from '../sessions.ts';
import { formatCounted, formatSpan } from '../words.ts';

export const idleInTransaction = defineCheck({
  name: 'idle-in-transaction',
  area: 'connections',
  summary: 'how long the longest idle transaction of each database has been idle',
  advice:
    'end the transaction before waiting for anything outside the database; idle_in_transaction_session_timeout ends what is forgotten',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 300,
    critical: 900,
    direction: 'above',
    source: 'pgmonitor 300/900; pgEdge 300; pigsty any for 180',
  },
  // Without it the state is NULL for the sessions of others.
  needs: { role: 'pg_read_all_stats' },
  sql: [
    {
      from: 14,
      sql: oldestSessions({ since: 'a.state_change', condition: `a.state LIKE 'idle in transaction%'` }),
    },
  ],
  row: OLDEST_SESSION,
  remembers: 'nothing',
  metrics: [
    {
      name: 'idle_in_transaction_sessions',
      help: 'Sessions that are idle within a transaction',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ sessions }) => sessions,
    },
    {
      name: 'idle_in_transaction_seconds',
      help: 'How long the longest of them has been idle',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ seconds }) => seconds,
    },
  ],
  observe: ({ rows }) =>
    rows.map((session) => ({
      subject: session.database,
      value: session.seconds,
      message: `${formatCounted(session.sessions, 'session')} idle in transaction; the longest for ${formatSpan(session.seconds)}: ${sessionWords(session)} after ${session.statement}`,
    })),
});
