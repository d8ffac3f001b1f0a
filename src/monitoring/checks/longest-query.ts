import { defineCheck } from '../check.ts';
import { OLDEST_SESSION, oldestSessions, sessionWords } from '../sessions.ts';
import { formatCounted, formatSpan } from '../words.ts';

export const longestQuery = defineCheck({
  name: 'longest-query',
  area: 'queries',
  summary: 'how long the longest statement of each database has been running',
  advice:
    'look at its plan (pitstop explain), and at lock-wait, for it may be waiting; statement_timeout of the role bounds such statements, pg_cancel_backend ends one',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 60,
    critical: 300,
    direction: 'above',
    source: 'pghero 60; pgwatch, CloudNativePG and pgEdge 300',
  },
  // Without it state and text are NULL for the sessions of others.
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: oldestSessions({ since: 'a.query_start', condition: `a.state = 'active'` }) }],
  row: OLDEST_SESSION,
  remembers: 'nothing',
  metrics: [
    {
      name: 'active_sessions',
      help: 'Sessions that are executing a statement',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ sessions }) => sessions,
    },
    {
      name: 'longest_query_seconds',
      help: 'How long the longest statement has been running',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ seconds }) => seconds,
    },
  ],
  observe: ({ rows }) =>
    rows.map((session) => ({
      subject: session.database,
      value: session.seconds,
      message: `${formatCounted(session.sessions, 'session')} active; the longest statement for ${formatSpan(session.seconds)}: ${sessionWords(session)} with ${session.statement}`,
    })),
});
