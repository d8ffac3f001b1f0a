import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCount, formatCounted, formatSpan } from '../words.ts';

const sqlOf = (slots: string) => `
  SELECT c.datname::text AS database, c.confl_snapshot::float8 AS snapshot, c.confl_lock::float8 AS lock,
         c.confl_bufferpin::float8 AS pin,
         (c.confl_tablespace + c.confl_deadlock + ${slots})::float8 AS other,
         extract(epoch FROM d.stats_reset)::float8 AS "statsReset"
    FROM pg_stat_database_conflicts c
    JOIN pg_stat_database d ON d.datid = c.datid
   ORDER BY c.confl_snapshot + c.confl_lock + c.confl_bufferpin DESC, c.datname
   LIMIT 200`;

export const recoveryConflicts = defineCheck({
  name: 'recovery-conflicts',
  area: 'replication',
  summary: 'queries of this standby that were cancelled because replay could not wait',
  advice:
    'for a standby that answers reports, a longer max_standby_streaming_delay or hot_standby_feedback, with an eye on the primary’s xmin-horizon; else let the program try again',
  scope: 'cluster',
  unit: 'per minute',
  threshold: {
    warning: 0.01,
    critical: 10,
    direction: 'above',
    source:
      'pgwatch, pgmetrics and pigsty collect it, and no tool has a mark: each is a query that failed for somebody',
    raiseAfter: 1,
  },
  needs: { server: 'standby' },
  sql: [
    { from: 14, sql: sqlOf('0') },
    { from: 16, sql: sqlOf('c.confl_active_logicalslot') },
  ],
  row: z.object({
    database: z.string(),
    snapshot: z.number(),
    lock: z.number(),
    pin: z.number(),
    other: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'recovery_conflicts_total',
      help: 'Queries of this standby that were cancelled for replay',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ snapshot, lock, pin, other }) => snapshot + lock + pin + other,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'conflicts',
      key: ({ database }) => database,
      counters: ({ snapshot, lock, pin, other }) => ({ snapshot, lock, pin, other }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ database }, { delta: { snapshot, lock, pin, other }, seconds }) => {
        const all = snapshot + lock + pin + other;
        return {
          subject: database,
          value: (60 * all) / seconds,
          message: `${formatCounted(all, 'statement')} cancelled in ${formatSpan(seconds)}: ${formatCount(snapshot)} for old rows, ${formatCount(lock)} for locks, ${formatCount(pin)} for pages in use, ${formatCount(other)} else`,
        };
      },
    }),
});
