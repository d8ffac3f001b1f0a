import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { majorOf } from '../server.ts';
import { formatCount, formatPercent, formatSpan } from '../words.ts';

/** Without the rings of bulk loads and vacuum, whose users write by themselves on purpose. */
const SQL = `
  SELECT coalesce(sum(writes) FILTER (WHERE backend_type = 'client backend'), 0)::float8 AS clients,
         coalesce(sum(writes), 0)::float8 AS everybody, extract(epoch FROM max(stats_reset))::float8 AS "statsReset"
    FROM pg_stat_io
   WHERE object = 'relation' AND context = 'normal'`;

/** Before 16 the rings are in these numbers too, new pages at the end of a table, and what autovacuum writes. */
const SQL_BEFORE_16 = `
  SELECT buffers_backend::float8 AS clients, (buffers_backend + buffers_clean + buffers_checkpoint)::float8 AS everybody,
         extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_bgwriter`;

const TOGETHER =
  ', bulk loads, vacuum and tables that grow among them: they are not told apart before PostgreSQL 16';

/** 8 MB: less is not worth a change. */
const LEAST_WRITES = 1_000;

export const clientWrites = defineCheck({
  name: 'client-writes',
  area: 'checkpoints',
  summary: 'pages that sessions wrote out to make room for others, as a share of all that were written',
  advice:
    'let the background writer do it (bgwriter_lru_maxpages, a shorter bgwriter_delay); where much is read as well, raise shared_buffers',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 30,
    critical: null,
    direction: 'above',
    source:
      'no tool reads pg_stat_io for it; from a third on the background writer does not keep up. A load of data does it for a while',
  },
  sql: [
    { from: 14, sql: SQL_BEFORE_16 },
    { from: 16, sql: SQL },
  ],
  row: z.object({ clients: z.number(), everybody: z.number(), statsReset: z.number().nullable() }),
  remembers: 'last',
  metrics: [
    {
      name: 'client_writes_total',
      help: 'Pages that sessions wrote out to make room',
      type: 'counter',
      labels: {},
      value: ({ clients }) => clients,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'writes',
      key: () => 'cluster',
      counters: ({ clients, everybody }) => ({ clients, everybody }),
      reset: ({ statsReset }) => statsReset,
      draft: (_, { delta: { clients, everybody }, seconds }) => {
        const value = (100 * clients) / Math.max(1, everybody);
        return {
          subject: 'cluster',
          value,
          ...(everybody < LEAST_WRITES && { level: 'ok' as const }),
          message: `sessions wrote ${formatCount(clients)} of ${formatCount(everybody)} pages in ${formatSpan(seconds)} (${formatPercent(value)})${majorOf(sample.server) < 16 ? TOGETHER : ''}`,
        };
      },
    }),
});
