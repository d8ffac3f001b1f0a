import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCounted } from '../words.ts';

/** A session keeps the ids of 64 subtransactions where others see them. Every role may ask these functions. */
const SQL = `
  SELECT d.datname::text AS database, (count(*))::float8 AS sessions,
         min(pg_stat_get_backend_pid(b.id)) AS pid
    FROM pg_stat_get_backend_idset() AS b (id)
   CROSS JOIN LATERAL pg_stat_get_backend_subxact(b.id) AS s
    JOIN pg_database d ON d.oid = pg_stat_get_backend_dbid(b.id)
   WHERE s.subxact_overflowed
   GROUP BY d.datname
   ORDER BY sessions DESC, d.datname
   LIMIT 100`;

export const subtransactionOverflow = defineCheck({
  name: 'subtransaction-overflow',
  area: 'locks',
  summary: 'sessions of each database with more subtransactions than others can see at a glance',
  advice:
    'take fewer savepoints (or blocks with EXCEPTION) that write within one transaction: commit in batches of fewer than 64',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 1,
    critical: null,
    direction: 'above',
    source:
      'no tool reads it; while there is one, every snapshot is marked incomplete and looks rows’ transactions up in pg_subtrans, which slows all sessions down',
  },
  sql: [{ from: 16, sql: SQL }],
  row: z.object({ database: z.string(), sessions: z.number(), pid: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'subtransaction_overflow_sessions',
      help: 'Sessions with more subtransactions than are kept in shared memory',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ sessions }) => sessions,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ database, sessions, pid }) => ({
      subject: database,
      value: sessions,
      message: `${formatCounted(sessions, 'session')} with more than 64 subtransactions in one transaction, such as pid ${pid}`,
    })),
});
