import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCounted, formatSpan } from '../words.ts';

/** Conflicts came with 18: most of them end an attempt, and are among the errors as well. */
const sqlOf = (conflicts: string) => `
  SELECT subname::text AS subscription, apply_error_count::float8 AS "applyErrors", sync_error_count::float8 AS "syncErrors",
         ${conflicts} AS conflicts, extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_subscription_stats
   ORDER BY apply_error_count + sync_error_count DESC, subname
   LIMIT 100`;

export const subscriptionErrors = defineCheck({
  name: 'subscription-errors',
  area: 'replication',
  summary: 'attempts of a subscription to apply a change or to copy a table that failed',
  advice:
    'read which row it is in the server log, and correct it here, or skip the transaction (ALTER SUBSCRIPTION … SKIP); until then nothing more arrives, and the publisher’s slot keeps all log',
  scope: 'cluster',
  unit: 'per minute',
  threshold: {
    warning: 0.01,
    critical: 1,
    direction: 'above',
    source:
      'pgEdge: a worker that is down; one that fails is tried again every five seconds, 12 times a minute',
    raiseAfter: 1,
  },
  sql: [
    { from: 15, sql: sqlOf('NULL::float8') },
    {
      from: 18,
      sql: sqlOf(
        `(confl_insert_exists + confl_update_origin_differs + confl_update_exists + confl_update_missing
          + confl_delete_origin_differs + confl_delete_missing + confl_multiple_unique_conflicts)::float8`,
      ),
    },
  ],
  row: z.object({
    subscription: z.string(),
    applyErrors: z.number(),
    syncErrors: z.number(),
    conflicts: z.number().nullable(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'subscription_errors_total',
      help: 'Attempts to apply a change or to copy a table that failed',
      type: 'counter',
      labels: { subscription: ({ subscription }) => subscription },
      value: ({ applyErrors, syncErrors }) => applyErrors + syncErrors,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'errors',
      key: ({ subscription }) => subscription,
      counters: ({ applyErrors, syncErrors, conflicts }) => ({
        applyErrors,
        syncErrors,
        conflicts: conflicts ?? 0,
      }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ subscription, conflicts }, { delta, perSecond, seconds }) => ({
        subject: subscription,
        value: 60 * (perSecond.applyErrors + perSecond.syncErrors),
        message: `subscription ${subscription}: ${formatCounted(delta.applyErrors, 'error')} while applying and ${formatCounted(delta.syncErrors, 'error')} while copying in ${formatSpan(seconds)}, ${conflicts === null ? 'conflicts are not counted before PostgreSQL 18' : formatCounted(delta.conflicts, 'conflict')}`,
      }),
    }),
});
