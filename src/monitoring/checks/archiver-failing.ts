import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCounted, formatSpan } from '../words.ts';

/** Without a success it has failed since the statistics were reset, as far as anybody knows. */
const SQL = `
  SELECT current_setting('archive_mode') AS mode, archived_count::float8 AS archived, failed_count::float8 AS failed,
         last_failed_wal AS "lastFailed",
         coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS failing,
         extract(epoch FROM clock_timestamp() - coalesce(last_archived_time, stats_reset))::float8 AS "sinceSuccess"
    FROM pg_stat_archiver`;

export const archiverFailing = defineCheck({
  name: 'archiver-failing',
  area: 'wal',
  summary: 'time since the archiver last succeeded, while it fails',
  advice:
    'read why in the server log; pg_wal grows until it works again, and a restore ends at the last segment that was archived',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 60,
    critical: 300,
    direction: 'above',
    source:
      'pgmonitor 300 s; pgwatch and pgEdge at the first failure, which the archiver tries again after seconds',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    mode: z.string(),
    archived: z.number(),
    failed: z.number(),
    lastFailed: z.string().nullable(),
    failing: z.boolean(),
    sinceSuccess: z.number(),
  }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'archived_segments_total',
      help: 'Segments of write-ahead log that were archived since the statistics were reset',
      type: 'counter',
      labels: {},
      value: ({ archived }) => archived,
    },
    {
      name: 'archive_failures_total',
      help: 'Attempts to archive that failed since the statistics were reset',
      type: 'counter',
      labels: {},
      value: ({ failed }) => failed,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ mode, archived, failed, lastFailed, failing, sinceSuccess }) => {
      if (mode === 'off')
        return { subject: 'cluster', value: 0, message: 'nothing is archived: archive_mode is off' };
      if (!failing)
        return {
          subject: 'cluster',
          value: 0,
          message: `${formatCounted(archived, 'segment')} archived, and the last attempt succeeded`,
        };
      const since =
        archived === 0
          ? `none has succeeded in ${formatSpan(sinceSuccess)}`
          : `the last success was ${formatSpan(sinceSuccess)} ago`;
      return {
        subject: 'cluster',
        value: sinceSuccess,
        message: `archiving ${lastFailed ?? 'a segment'} fails; ${since} (${formatCounted(failed, 'failure')})`,
      };
    }),
});
