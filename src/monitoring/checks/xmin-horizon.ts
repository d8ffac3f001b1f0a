import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount } from '../words.ts';

/**
 * Everything that keeps dead rows from being removed. A standby that uses a slot has its horizon in the slot, and NULL in
 * `pg_stat_replication` (measured on 18). A running VACUUM holds nobody up. Sessions come and go: the oldest speaks for all
 * of its kind, so that the subject stays.
 */
const SQL = `
  WITH holders AS (
    SELECT CASE backend_type WHEN 'walsender' THEN 'standby ' || coalesce(nullif(application_name, ''), 'without a name')
                             ELSE 'sessions' END AS holder,
           format('pid %s (%s, %s) of %s, %s', pid, usename, application_name, coalesce(datname, 'no database'),
                  coalesce(state, backend_type)) AS who,
           greatest(age(backend_xmin), age(backend_xid))::float8 AS age
      FROM pg_stat_activity
     WHERE pid <> pg_backend_pid()
       AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)
    UNION ALL
    SELECT 'slot ' || slot_name, format('slot %s (%s, %s)', slot_name, slot_type, CASE WHEN active THEN 'in use' ELSE 'unused' END),
           greatest(age(xmin), age(catalog_xmin))::float8
      FROM pg_replication_slots
    UNION ALL
    SELECT 'prepared transactions', format('prepared transaction %s of %s', quote_literal(gid), owner),
           age(transaction)::float8
      FROM pg_prepared_xacts)
  SELECT holder, who, age
    FROM (SELECT DISTINCT ON (holder) holder, who, age
            FROM holders
           WHERE age IS NOT NULL
           ORDER BY holder, age DESC) AS oldest
   ORDER BY age DESC
   LIMIT 50`;

export const xminHorizon = defineCheck({
  name: 'xmin-horizon',
  area: 'vacuum',
  summary: 'transactions since the oldest one whose rows somebody may still want to see',
  advice:
    'end it: the session (pg_terminate_backend, idle_in_transaction_session_timeout), the slot that nobody reads (pg_drop_replication_slot), the prepared transaction; of a standby, its long query or hot_standby_feedback',
  scope: 'cluster',
  unit: 'transactions',
  threshold: {
    warning: 100_000,
    critical: 10_000_000,
    direction: 'above',
    source:
      'pgwatch 10,000/100,000, which at 1,000 transactions a second is ten seconds and two minutes; ours are two minutes and three hours, and a twentieth of autovacuum_freeze_max_age',
  },
  // Without it backend_xmin is NULL for the sessions of others.
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ holder: z.string(), who: z.string(), age: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'xmin_horizon_age',
      help: 'Transactions since the oldest one that the holder may still want to see',
      type: 'gauge',
      labels: { holder: ({ holder }) => holder },
      value: ({ age }) => age,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ holder, who, age }) => ({
      subject: holder,
      value: age,
      message: `no row that died in the last ${formatCount(age)} transactions can be removed: ${who} may still see it`,
    })),
});
