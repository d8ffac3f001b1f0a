import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatBytes, formatCount, formatSpan } from '../words.ts';

const SQL = `
  SELECT wal_records::float8 AS records, wal_bytes::float8 AS bytes, extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_wal`;

export const walRate = defineCheck({
  name: 'wal-rate',
  area: 'wal',
  summary: 'write-ahead log that the server writes',
  advice:
    'find who writes it (session-wal, pg_stat_statements.wal_bytes); fewer indexes, HOT updates and wal_compression write less of it',
  scope: 'cluster',
  unit: 'bytes per second',
  threshold: {
    warning: 16 * 1_024 ** 2,
    critical: null,
    direction: 'above',
    source:
      'pgwatch 1/16 MB a second, of which the lower is any busy application; 16 MB is a segment a second, 1.3 TB a day to archive and to replay. No rate is an emergency by itself: what it fills has checks of its own',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ records: z.number(), bytes: z.number(), statsReset: z.number().nullable() }),
  remembers: 'last',
  metrics: [
    {
      name: 'wal_bytes_total',
      help: 'Bytes of write-ahead log since the statistics were reset',
      type: 'counter',
      labels: {},
      value: ({ bytes }) => bytes,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'write-ahead log',
      key: () => 'cluster',
      counters: ({ records, bytes }) => ({ records, bytes }),
      reset: ({ statsReset }) => statsReset,
      draft: (_, { delta, perSecond, seconds }) => ({
        subject: 'cluster',
        value: perSecond.bytes,
        message: `${formatBytes(delta.bytes)} of write-ahead log in ${formatSpan(seconds)} (${formatBytes(perSecond.bytes)} a second), ${formatCount(delta.records)} records`,
      }),
    }),
});
