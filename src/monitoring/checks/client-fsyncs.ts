import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCounted, formatSpan } from '../words.ts';

const SQL = `
  SELECT coalesce(sum(fsyncs), 0)::float8 AS fsyncs, extract(epoch FROM max(stats_reset))::float8 AS "statsReset"
    FROM pg_stat_io
   WHERE object = 'relation' AND context = 'normal' AND backend_type = 'client backend'`;

const SQL_BEFORE_16 = `
  SELECT buffers_backend_fsync::float8 AS fsyncs, extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_bgwriter`;

export const clientFsyncs = defineCheck({
  name: 'client-fsyncs',
  area: 'checkpoints',
  summary: 'files that sessions had to sync by themselves, which is the checkpointer’s work',
  advice:
    'if no index or table was being built, the checkpointer does not keep up with its queue: look at its disk, and raise shared_buffers, which its queue is as long as',
  scope: 'cluster',
  unit: 'per minute',
  threshold: {
    warning: 1,
    critical: null,
    direction: 'above',
    source:
      'pg_stat_io’s documentation: sessions should not have any; a table or index that is built over the beginning of a checkpoint has some, and is over soon',
  },
  sql: [
    { from: 14, sql: SQL_BEFORE_16 },
    { from: 16, sql: SQL },
  ],
  row: z.object({ fsyncs: z.number(), statsReset: z.number().nullable() }),
  remembers: 'last',
  metrics: [
    {
      name: 'client_fsyncs_total',
      help: 'Files that sessions synced by themselves',
      type: 'counter',
      labels: {},
      value: ({ fsyncs }) => fsyncs,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'syncs',
      key: () => 'cluster',
      counters: ({ fsyncs }) => ({ fsyncs }),
      reset: ({ statsReset }) => statsReset,
      draft: (_, { delta, perSecond, seconds }) => ({
        subject: 'cluster',
        value: 60 * perSecond.fsyncs,
        message: `sessions synced ${formatCounted(delta.fsyncs, 'file')} in ${formatSpan(seconds)}`,
      }),
    }),
});
