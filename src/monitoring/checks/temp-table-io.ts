import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatBytes, formatSpan } from '../words.ts';

const sqlOf = (bytes: string) => `
  SELECT coalesce(sum(${bytes}), 0)::float8 AS bytes, extract(epoch FROM max(stats_reset))::float8 AS "statsReset"
    FROM pg_stat_io
   WHERE object = 'temp relation'`;

export const tempTableIo = defineCheck({
  name: 'temp-table-io',
  area: 'io',
  summary: 'temporary tables that are read and written for want of temp_buffers',
  advice:
    'raise temp_buffers for the role that uses them (before its first temporary table of a session), or index and narrow the table',
  scope: 'cluster',
  unit: 'bytes per second',
  threshold: {
    warning: 10 * 1_024 ** 2,
    critical: 100 * 1_024 ** 2,
    direction: 'above',
    source:
      'pgwatch’s marks for temporary files, 10/100 MB a second; no tool reads those of temporary tables',
  },
  sql: [
    { from: 16, sql: sqlOf('(coalesce(reads, 0) + coalesce(writes, 0)) * op_bytes') },
    { from: 18, sql: sqlOf('coalesce(read_bytes, 0) + coalesce(write_bytes, 0)') },
  ],
  row: z.object({ bytes: z.number(), statsReset: z.number().nullable() }),
  remembers: 'last',
  metrics: [
    {
      name: 'temp_table_io_bytes_total',
      help: 'Bytes of temporary tables that were read and written',
      type: 'counter',
      labels: {},
      value: ({ bytes }) => bytes,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'temporary tables',
      key: () => 'cluster',
      counters: ({ bytes }) => ({ bytes }),
      reset: ({ statsReset }) => statsReset,
      draft: (_, { delta, perSecond, seconds }) => ({
        subject: 'cluster',
        value: perSecond.bytes,
        message: `${formatBytes(delta.bytes)} of temporary tables read and written in ${formatSpan(seconds)} (${formatBytes(perSecond.bytes)} a second)`,
      }),
    }),
});
