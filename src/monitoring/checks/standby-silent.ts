import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatSpan } from '../words.ts';

const SQL = `
  SELECT standby, seconds
    FROM (SELECT coalesce(nullif(application_name, ''), 'without a name') AS standby,
                 max(extract(epoch FROM clock_timestamp() - coalesce(reply_time, backend_start)))::float8 AS seconds
            FROM pg_stat_replication
           WHERE state <> 'backup'
           GROUP BY 1) AS replies
   ORDER BY seconds DESC NULLS LAST, standby
   LIMIT 100`;

export const standbySilent = defineCheck({
  name: 'standby-silent',
  area: 'replication',
  summary: 'time since a standby or subscriber last said how far it is',
  advice:
    'see whether it still runs and is reached; its walsender is ended after wal_sender_timeout, and its slot keeps what it has not got',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 30,
    critical: 60,
    direction: 'above',
    source:
      'three times wal_receiver_status_interval (10 s), in which a standby reports even if nothing happens; 60 s is wal_sender_timeout',
  },
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ standby: z.string(), seconds: z.number().nullable() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'standby_reply_age_seconds',
      help: 'Time since a standby or subscriber last said how far it is',
      type: 'gauge',
      labels: { standby: ({ standby }) => standby },
      value: ({ seconds }) => seconds,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ standby, seconds }) => ({
      subject: standby,
      value: seconds,
      message:
        seconds === null
          ? `${standby} has never said how far it is`
          : `${standby} said ${formatSpan(Math.max(0, seconds))} ago how far it is`,
    })),
});
