import { defineCheck } from '../check.ts';
import { observeBusiest, SESSION_BYTES } from '../busiest-sessions.ts';
import { sessionWords } from '../sessions.ts';
import { formatBytes, formatSpan } from '../words.ts';

/** Counted when a transaction ends, as with `session-io`. */
const SQL = `
  SELECT a.pid, a.usename::text AS role, a.application_name AS application, a.datname::text AS database,
         extract(epoch FROM a.backend_start)::float8 AS began, w.wal_bytes::float8 AS bytes,
         extract(epoch FROM w.stats_reset)::float8 AS "statsReset"
    FROM pg_stat_activity a
   CROSS JOIN LATERAL pg_stat_get_backend_wal(a.pid) AS w
   WHERE a.backend_type = 'client backend' AND a.datname IS NOT NULL AND w.wal_bytes IS NOT NULL
     AND a.pid <> pg_backend_pid()
   ORDER BY w.wal_bytes DESC
   LIMIT 500`;

export const sessionWal = defineCheck({
  name: 'session-wal',
  area: 'queries',
  summary: 'bytes of WAL a second that the busiest session of each database writes',
  advice:
    'write in smaller batches with pauses, so that checkpoints, archive and standbys keep up; load into tables whose indexes are built afterwards',
  scope: 'cluster',
  unit: 'bytes per second',
  threshold: {
    warning: 16 * 1_024 ** 2,
    critical: null,
    direction: 'above',
    source:
      'pgwatch alerts at 1/16 MB a second of the whole server; a single session with 16 fills a segment each second',
  },
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 18, sql: SQL }],
  row: SESSION_BYTES,
  remembers: 'last',
  metrics: [],
  observe: (sample) =>
    observeBusiest(
      sample,
      'WAL of sessions',
      (session, { bytes, seconds }) =>
        `${sessionWords(session)} wrote ${formatBytes(bytes)} of WAL in ${formatSpan(seconds)} (${formatBytes(bytes / seconds)} a second), more than any other session`,
    ),
});
