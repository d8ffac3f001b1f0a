import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount, formatPercent } from '../words.ts';

/** A session has `io_max_concurrency` handles; it is computed at the start where it is -1. */
const SQL = `
  SELECT coalesce(max(a.handles), 0)::float8 AS handles, count(*) FILTER (WHERE a.handles IS NOT NULL)::float8 AS sessions,
         current_setting('io_max_concurrency')::float8 AS most
    FROM (SELECT count(*) AS handles FROM pg_aios GROUP BY pid) AS a`;

export const aioHandles = defineCheck({
  name: 'aio-handles',
  area: 'io',
  summary: 'asynchronous reads that one session has in flight, as a share of io_max_concurrency',
  advice:
    'raise io_max_concurrency (needs a restart, and shared memory for each connection), or lower effective_io_concurrency, which asks for that many',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 100,
    critical: null,
    direction: 'above',
    source:
      'at 100 % a session waits for one of its own reads before it can ask for the next; no tool reads pg_aios',
  },
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 18, sql: SQL }],
  row: z.object({ handles: z.number(), sessions: z.number(), most: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'aio_handles_most',
      help: 'Asynchronous reads and writes that the busiest session has in flight',
      type: 'gauge',
      labels: {},
      value: ({ handles }) => handles,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ handles, sessions, most }) => {
      const value = (100 * handles) / most;
      return {
        subject: 'cluster',
        value,
        message: `${formatCount(sessions)} session${sessions === 1 ? ' has' : 's have'} asynchronous I/O in flight, the busiest ${formatCount(handles)} of ${formatCount(most)} (${formatPercent(value)})`,
      };
    }),
});
