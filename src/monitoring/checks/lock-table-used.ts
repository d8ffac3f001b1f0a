import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount, formatPercent } from '../words.ts';

/**
 * The room is `max_locks_per_transaction` for each process that may hold locks, and for each prepared transaction. A lock
 * that several hold is one entry; predicate locks have a table of their own. Before 18 autovacuum has its workers and a
 * launcher; from then on as many slots as `autovacuum_worker_slots`, and the two special workers count too.
 */
const SQL = `
  SELECT (SELECT count(*)
            FROM (SELECT FROM pg_locks
                   WHERE NOT fastpath AND mode <> 'SIReadLock'
                   GROUP BY locktype, database, relation, page, tuple, virtualxid, transactionid, classid, objid, objsubid) AS l
         )::float8 AS used,
         (current_setting('max_locks_per_transaction')::int
          * (current_setting('max_connections')::int + current_setting('max_worker_processes')::int
             + current_setting('max_wal_senders')::int + current_setting('max_prepared_transactions')::int
             + coalesce(current_setting('autovacuum_worker_slots', true)::int + 2,
                        current_setting('autovacuum_max_workers')::int + 1)))::float8 AS room`;

export const lockTableUsed = defineCheck({
  name: 'lock-table-used',
  area: 'locks',
  summary: 'entries of the shared lock table, as a share of those that the settings guarantee',
  advice:
    'find who holds them with pg_locks (a dump, a statement over all partitions, advisory locks that are never released); raise max_locks_per_transaction, which takes a restart',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 20,
    critical: 75,
    direction: 'above',
    source:
      'postgres_exporter mixin and samber 20; at 100 statements may fail with “out of shared memory”: an otherwise idle 14.23, 17.10 and 18.4 gave up at 1.6 to 1.7 times the room',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ used: z.number(), room: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'lock_table_used_ratio',
      help: 'Share of the shared lock table that is taken',
      type: 'gauge',
      labels: {},
      value: ({ used, room }) => used / room,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ used, room }) => {
      const value = (100 * used) / room;
      return {
        subject: 'cluster',
        value,
        message: `${formatCount(used)} of ${formatCount(room)} entries of the lock table are taken (${formatPercent(value)})`,
      };
    }),
});
