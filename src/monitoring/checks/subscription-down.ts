import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatSpan } from '../words.ts';

/** The apply worker of a subscription that is enabled has no relid. */
const SQL = `
  SELECT s.subname::text AS subscription, s.subenabled AS enabled, st.pid IS NOT NULL AS running,
         extract(epoch FROM clock_timestamp() - st.last_msg_receipt_time)::float8 AS "sinceMessage"
    FROM pg_subscription s
    LEFT JOIN pg_stat_subscription st ON st.subid = s.oid AND st.relid IS NULL AND st.pid IS NOT NULL
                                     AND coalesce(to_jsonb(st) ->> 'leader_pid', '') = ''
   WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
   ORDER BY st.pid IS NOT NULL, s.subname
   LIMIT 100`;

export const subscriptionDown = defineCheck({
  name: 'subscription-down',
  area: 'replication',
  summary: 'subscriptions that are switched off, or have no worker that applies changes',
  advice:
    'read in the server log why its worker ends (subscription-errors), see that max_logical_replication_workers suffices; ALTER SUBSCRIPTION … ENABLE, or DROP it, or the publisher keeps all log for it',
  scope: 'database',
  unit: 'count',
  threshold: null,
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    subscription: z.string(),
    enabled: z.boolean(),
    running: z.boolean(),
    sinceMessage: z.number().nullable(),
  }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ subscription, enabled, running, sinceMessage }) => {
      if (!enabled)
        return {
          subject: subscription,
          value: 1,
          level: 'warning',
          message: `subscription ${subscription} is switched off`,
        };
      if (!running)
        return {
          subject: subscription,
          value: 1,
          level: 'critical',
          message: `subscription ${subscription} has no worker that applies changes`,
        };
      const heard =
        sinceMessage === null
          ? ''
          : `, and heard of its publisher ${formatSpan(Math.max(0, sinceMessage))} ago`;
      return { subject: subscription, value: 0, message: `subscription ${subscription} is applied${heard}` };
    }),
});
