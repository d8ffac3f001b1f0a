import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatBytes, formatCounted } from '../words.ts';

const SQL = `
  SELECT count(*) FILTER (WHERE name LIKE '%.ready')::float8 AS ready,
         (SELECT setting::float8 FROM pg_settings WHERE name = 'wal_segment_size') AS "segmentBytes"
    FROM pg_ls_archive_statusdir()`;

export const archiverBacklog = defineCheck({
  name: 'archiver-backlog',
  area: 'wal',
  summary: 'segments of write-ahead log that wait to be archived',
  advice:
    'see whether the archiver fails (archiver-failing); where it only is too slow, archive several at a time (an archive library, pgBackRest’s archive-async)',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 10,
    critical: 100,
    direction: 'above',
    source:
      'check_pgactivity’s ready_archives leaves the numbers to its user; ours are 160 MB and 1.6 GB that a restore would lack',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ ready: z.number(), segmentBytes: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'archive_ready_segments',
      help: 'Segments of write-ahead log that wait to be archived',
      type: 'gauge',
      labels: {},
      value: ({ ready }) => ready,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ ready, segmentBytes }) => ({
      subject: 'cluster',
      value: ready,
      message: `${formatCounted(ready, 'segment')} (${formatBytes(ready * segmentBytes)}) of write-ahead log to archive`,
    })),
});
