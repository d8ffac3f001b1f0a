import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatBytes, formatSpan } from '../words.ts';

/**
 * Where it has just started, what is received lies before what is replayed (measured on 18: it asks for the whole segment
 * again). Times are no measure: on a primary that rests the last transaction only gets older.
 */
const SQL = `
  SELECT greatest(0, coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0))::float8 AS "behindBytes",
         coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::float8 AS replayed,
         extract(epoch FROM pg_postmaster_start_time())::float8 AS "startedAt"`;

/** A standby whose replay is no further has stopped, not slowed down: anything between two looks moves it. */
const STALLED_BYTES = 1_024 ** 2;

export const replayLag = defineCheck({
  name: 'replay-lag',
  area: 'replication',
  summary: 'write-ahead log that this standby has received and not replayed',
  advice:
    'see what replay waits for: a query that it may not disturb (max_standby_streaming_delay), a pause (replay-paused), the disk, or its own single process',
  scope: 'cluster',
  unit: 'bytes',
  threshold: {
    warning: 100 * 1_024 ** 2,
    critical: 1_024 ** 3,
    direction: 'above',
    source:
      'as for the same gap from the primary’s side: pgmonitor 50/100 MB, pgEdge 100 MB, ubicloud 1 GB; pghero’s seconds grow on a primary that rests',
  },
  needs: { server: 'standby' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ behindBytes: z.number(), replayed: z.number(), startedAt: z.number() }),
  remembers: 'last',
  metrics: [
    {
      name: 'replay_lag_bytes',
      help: 'Write-ahead log that this standby has received and not replayed',
      type: 'gauge',
      labels: {},
      value: ({ behindBytes }) => behindBytes,
    },
  ],
  observe: ({ rows, earlier }) =>
    rows.map(({ behindBytes, replayed, startedAt }) => {
      const said = `${formatBytes(behindBytes)} received and not replayed`;
      const before = earlier.missing === undefined ? earlier.rows[0] : undefined;
      if (earlier.missing !== undefined || before === undefined || before.startedAt !== startedAt)
        return { subject: 'cluster', value: behindBytes, message: said };
      const got = replayed - before.replayed;
      return {
        subject: 'cluster',
        value: behindBytes,
        ...(got === 0 && behindBytes >= STALLED_BYTES && { level: 'critical' as const }),
        message: `${said}; ${formatBytes(got)} replayed in ${formatSpan(earlier.seconds)}`,
      };
    }),
});
