import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatBytes, formatCounted, formatSpan } from '../words.ts';

/** A file is counted when it is removed, at the end of what needed it. */
const SQL = `
  SELECT datname::text AS database, temp_files::float8 AS files, temp_bytes::float8 AS bytes,
         extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_database
   WHERE datname IS NOT NULL
   ORDER BY temp_bytes DESC, datname
   LIMIT 200`;

export const tempFileBytes = defineCheck({
  name: 'temp-file-bytes',
  area: 'queries',
  summary: 'what sorts, hashes and index builds of each database write to temporary files for want of memory',
  advice:
    'find the statements by temp_blks_written of pg_stat_statements or log_temp_files; an index that sorts, or a larger work_mem for their role, spares the files',
  scope: 'cluster',
  unit: 'bytes per second',
  threshold: {
    warning: 10 * 1_024 ** 2,
    critical: 100 * 1_024 ** 2,
    direction: 'above',
    source: 'pgwatch 10/100 MB a second',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    database: z.string(),
    files: z.number(),
    bytes: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'temp_files_total',
      help: 'Temporary files that statements wrote since the statistics were reset',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ files }) => files,
    },
    {
      name: 'temp_file_bytes_total',
      help: 'Bytes of these files',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ bytes }) => bytes,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'temporary files',
      key: ({ database }) => database,
      counters: ({ files, bytes }) => ({ files, bytes }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ database }, { delta, perSecond, seconds }) => ({
        subject: database,
        value: perSecond.bytes,
        message: `${formatCounted(delta.files, 'temporary file')} with ${formatBytes(delta.bytes)} in ${formatSpan(seconds)} (${formatBytes(perSecond.bytes)} a second)`,
      }),
    }),
});
