import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatSpan } from '../words.ts';

/** No row where it does not run. A standby without `primary_conninfo` lives from the archive, and has none. */
const SQL = `
  SELECT current_setting('primary_conninfo') <> '' AS expected, r.status,
         extract(epoch FROM clock_timestamp() - r.last_msg_receipt_time)::float8 AS seconds
    FROM (SELECT) AS one LEFT JOIN pg_stat_wal_receiver r ON true`;

export const walReceiverSilent = defineCheck({
  name: 'wal-receiver-silent',
  area: 'replication',
  summary: 'time since this standby heard of its primary',
  advice:
    'see whether the primary runs and is reached, and whether it still has the log that is asked for; the server log has the words',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 30,
    critical: 60,
    direction: 'above',
    source:
      'a primary sends something every 30 s (half of wal_sender_timeout) even if nothing happens; 60 s is wal_receiver_timeout',
  },
  // Of primary_conninfo and of the receiver others see nothing.
  needs: { server: 'standby', role: 'pg_monitor' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ expected: z.boolean(), status: z.string().nullable(), seconds: z.number().nullable() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'wal_receiver_message_age_seconds',
      help: 'Time since this standby heard of its primary',
      type: 'gauge',
      labels: {},
      value: ({ seconds }) => seconds,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ expected, status, seconds }) => {
      if (status !== null)
        return {
          subject: 'cluster',
          value: seconds,
          message: `the receiver is ${status}${seconds === null ? ', and has heard nothing yet' : `, and heard of its primary ${formatSpan(Math.max(0, seconds))} ago`}`,
        };
      if (!expected)
        return {
          subject: 'cluster',
          value: null,
          level: 'ok',
          message: 'this standby has no primary_conninfo: it lives from the archive',
        };
      return {
        subject: 'cluster',
        value: null,
        level: 'critical',
        message: 'no receiver runs: nothing arrives from the primary',
      };
    }),
});
