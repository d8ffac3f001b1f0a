import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { STATEMENT_NEEDS } from '../statements.ts';
import { formatCount, formatCounted, formatSpan } from '../words.ts';

const SQL = `
  SELECT i.dealloc::float8 AS evictions, extract(epoch FROM i.stats_reset)::float8 AS "statsReset",
         (SELECT count(*) FROM @extschema@.pg_stat_statements(false))::float8 AS kept,
         current_setting('pg_stat_statements.max', true)::float8 AS most
    FROM @extschema@.pg_stat_statements_info i`;

export const statementsEvicted = defineCheck({
  name: 'statements-evicted',
  area: 'queries',
  summary: 'how often an hour pg_stat_statements throws its least used statements away to make room',
  advice:
    'raise pg_stat_statements.max (restart); statements that differ in nothing but names or the length of a list fill it: send arrays (= ANY($1)) instead of lists, and set application values as parameters',
  scope: 'cluster',
  unit: 'per hour',
  threshold: {
    warning: 1,
    critical: 60,
    direction: 'above',
    source:
      'no tool reads it; each time 5 % of the statements go with their counters, so that with 20 an hour no counter outlives one',
  },
  needs: STATEMENT_NEEDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    evictions: z.number(),
    statsReset: z.number().nullable(),
    kept: z.number(),
    most: z.number(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'statement_evictions_total',
      help: 'Times that pg_stat_statements made room by throwing statements away',
      type: 'counter',
      labels: {},
      value: ({ evictions }) => evictions,
    },
    {
      name: 'statements_kept_ratio',
      help: 'Share of pg_stat_statements.max that is taken',
      type: 'gauge',
      labels: {},
      value: ({ kept, most }) => kept / most,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'evictions',
      key: () => 'cluster',
      counters: ({ evictions }) => ({ evictions }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ kept, most }, { delta, perSecond, seconds }) => ({
        subject: 'cluster',
        value: 3_600 * perSecond.evictions,
        message: `${formatCounted(delta.evictions, 'eviction')} in ${formatSpan(seconds)}; ${formatCount(kept)} of ${formatCount(most)} statements are kept`,
      }),
    }),
});
