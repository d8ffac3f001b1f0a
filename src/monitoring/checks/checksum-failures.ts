import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCounted, formatSpan } from '../words.ts';

/** NULL where the cluster has no checksums; the row without a name is of what all databases share. */
const SQL = `
  SELECT coalesce(datname::text, 'shared objects') AS database, checksum_failures::float8 AS failures,
         extract(epoch FROM clock_timestamp() - checksum_last_failure)::float8 AS "sinceLast"
    FROM pg_stat_database
   ORDER BY checksum_failures DESC NULLS LAST, datname
   LIMIT 200`;

export const checksumFailures = defineCheck({
  name: 'checksum-failures',
  area: 'io',
  summary: 'pages that were not as they had been written, since the statistics were reset',
  advice:
    'copy the data directory before anything else; find the relation in the log, look at memory and disk, restore it from a backup; zero_damaged_pages loses rows',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 1,
    critical: 1,
    direction: 'above',
    source: 'pgmonitor and check_pgactivity: any',
    raiseAfter: 1,
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ database: z.string(), failures: z.number().nullable(), sinceLast: z.number().nullable() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'checksum_failures_total',
      help: 'Pages that were not as they had been written',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ failures }) => failures,
    },
  ],
  observe: ({ rows }) =>
    rows.every(({ failures }) => failures === null)
      ? [
          {
            subject: 'cluster',
            value: null,
            message: 'damaged pages are not visible: the cluster has no data checksums',
            advice: 'pg_checksums --enable while the server is stopped',
          },
        ]
      : rows.map(({ database, failures, sinceLast }) => ({
          subject: database,
          value: failures,
          message: `${formatCounted(failures ?? 0, 'damaged page')} in ${database}${sinceLast === null ? '' : `, the last ${formatSpan(sinceLast)} ago`}`,
        })),
});
