import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount, formatPercent } from '../words.ts';

/** From 18 on `autovacuum_worker_slots` is the most that can run, whatever `autovacuum_max_workers` says. */
const SQL = `
  SELECT count(*) FILTER (WHERE backend_type = 'autovacuum worker')::float8 AS running,
         least(current_setting('autovacuum_max_workers')::int,
               current_setting('autovacuum_worker_slots', true)::int)::float8 AS most
    FROM pg_stat_activity`;

export const autovacuumWorkersBusy = defineCheck({
  name: 'autovacuum-workers-busy',
  area: 'vacuum',
  summary: 'autovacuum workers that run, as a share of those that may',
  advice:
    'where tables wait meanwhile (vacuum-overdue), raise autovacuum_vacuum_cost_limit first, since all workers share it; then autovacuum_max_workers',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 100,
    critical: null,
    direction: 'above',
    source: 'while all run, no other table can be vacuumed; for some rounds in a row that is no chance',
  },
  // Without it backend_type is NULL for the processes of others.
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ running: z.number(), most: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'autovacuum_workers',
      help: 'Autovacuum workers that run',
      type: 'gauge',
      labels: {},
      value: ({ running }) => running,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ running, most }) => {
      const value = (100 * running) / most;
      const message = `${formatCount(running)} of ${formatCount(most)} autovacuum workers run (${formatPercent(value)})`;
      return { subject: 'cluster', value, message };
    }),
});
