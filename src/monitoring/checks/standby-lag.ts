import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatBytes } from '../words.ts';

/**
 * Bytes, since the times of `*_lag` are old or NULL while nothing is written. A standby that has standbys itself counts
 * from what it has received. A base backup is no standby. Of several with one name the last counts.
 */
const SQL = `
  SELECT standby, state, sync, unsent::float8 AS "unsentBytes",
         unflushed::float8 AS "unflushedBytes", behind::float8 AS "behindBytes"
    FROM (SELECT DISTINCT ON (r.application_name)
                 coalesce(nullif(r.application_name, ''), 'without a name') AS standby, r.state, r.sync_state AS sync,
                 pg_wal_lsn_diff(p.lsn, r.sent_lsn) AS unsent, pg_wal_lsn_diff(p.lsn, r.flush_lsn) AS unflushed,
                 pg_wal_lsn_diff(p.lsn, r.replay_lsn) AS behind
            FROM pg_stat_replication r
           CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS lsn) AS p
           WHERE r.state <> 'backup'
           ORDER BY r.application_name, pg_wal_lsn_diff(p.lsn, r.replay_lsn) DESC NULLS LAST) AS last
   ORDER BY behind DESC NULLS LAST, standby
   LIMIT 100`;

export const standbyLag = defineCheck({
  name: 'standby-lag',
  area: 'replication',
  summary: 'write-ahead log that a standby or subscriber has not replayed',
  advice:
    'see where it stays behind: not sent is the network or the walsender, not flushed the standby’s disk, not replayed a query there that replay waits for, or replay itself',
  scope: 'cluster',
  unit: 'bytes',
  threshold: {
    warning: 100 * 1_024 ** 2,
    critical: 1_024 ** 3,
    direction: 'above',
    source:
      'pgmonitor 50/100 MB, pgEdge 100 MB, pgwatch 1/10 MB; ubicloud replaces a standby from 1 GB on that does not get on',
  },
  // Without it the positions of other roles’ standbys are NULL.
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    standby: z.string(),
    state: z.string(),
    sync: z.string().nullable(),
    unsentBytes: z.number().nullable(),
    unflushedBytes: z.number().nullable(),
    behindBytes: z.number().nullable(),
  }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'standby_lag_bytes',
      help: 'Write-ahead log that a standby or subscriber has not replayed',
      type: 'gauge',
      labels: { standby: ({ standby }) => standby },
      value: ({ behindBytes }) => behindBytes,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ standby, state, sync, unsentBytes, unflushedBytes, behindBytes }) => {
      const who = `${standby} (${[state, sync].filter((word) => word !== null).join(', ')})`;
      if (behindBytes === null)
        return { subject: standby, value: null, message: `${who} has not said yet what it has replayed` };
      return {
        subject: standby,
        value: behindBytes,
        message: `${who} is ${formatBytes(Math.max(0, behindBytes))} behind: ${formatBytes(Math.max(0, unsentBytes ?? 0))} not sent, ${formatBytes(Math.max(0, unflushedBytes ?? 0))} not flushed there`,
      };
    }),
});
