import { defineCheck } from '../check.ts';
import { observeBusiest, SESSION_BYTES } from '../busiest-sessions.ts';
import { sessionWords } from '../sessions.ts';
import { formatBytes, formatSpan } from '../words.ts';

/**
 * What a session asks of the operating system, which may have it in its cache. The server counts it when a transaction
 * ends: a statement of an hour shows up after that hour, and a session that ends right after it never does.
 */
const SQL = `
  SELECT a.pid, a.usename::text AS role, a.application_name AS application, a.datname::text AS database,
         extract(epoch FROM a.backend_start)::float8 AS began, b.bytes,
         extract(epoch FROM b.stats_reset)::float8 AS "statsReset"
    FROM pg_stat_activity a
   CROSS JOIN LATERAL (
         SELECT sum(coalesce(read_bytes, 0) + coalesce(write_bytes, 0) + coalesce(extend_bytes, 0))::float8 AS bytes,
                max(stats_reset) AS stats_reset
           FROM pg_stat_get_backend_io(a.pid)
          WHERE object <> 'wal') AS b
   WHERE a.backend_type = 'client backend' AND a.datname IS NOT NULL AND b.bytes IS NOT NULL
     AND a.pid <> pg_backend_pid()
   ORDER BY b.bytes DESC
   LIMIT 500`;

export const sessionIo = defineCheck({
  name: 'session-io',
  area: 'queries',
  summary: 'bytes a second that the busiest session of each database reads and writes',
  advice:
    'look at what that session runs, and at its plans; a report belongs on a replica, or into hours in which nobody waits',
  scope: 'cluster',
  unit: 'bytes per second',
  threshold: {
    warning: 125 * 1_024 ** 2,
    critical: null,
    direction: 'above',
    source:
      'no tool reads it; 125 MB a second is all that a general-purpose cloud volume (gp3) gives without paying for more',
  },
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 18, sql: SQL }],
  row: SESSION_BYTES,
  remembers: 'last',
  metrics: [],
  observe: (sample) =>
    observeBusiest(
      sample,
      'reads and writes of sessions',
      (session, { bytes, seconds }) =>
        `${sessionWords(session)} read and wrote ${formatBytes(bytes)} in ${formatSpan(seconds)} (${formatBytes(bytes / seconds)} a second), more than any other session`,
    ),
});
