import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCount, formatCounted, formatPercent, formatSpan } from '../words.ts';

const SQL = `
  SELECT datname::text AS database, xact_commit::float8 AS commits, xact_rollback::float8 AS rollbacks,
         extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_database
   WHERE datname IS NOT NULL
   ORDER BY xact_commit + xact_rollback DESC, datname
   LIMIT 200`;

/** Of fewer transactions one more or less is too large a share; our own look ends with a rollback, too. */
const LEAST_TRANSACTIONS = 100;

export const rollbackRatio = defineCheck({
  name: 'rollback-ratio',
  area: 'queries',
  summary: 'transactions of each database that were rolled back, as a share of all',
  advice:
    'look for the errors in the server log (log_min_error_statement) and in the application; retries after conflicts count too',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 5,
    critical: 10,
    direction: 'above',
    source: 'pgwatch 0.5/1; samber 2; postgres_exporter mixin 10; the warning lies between',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    database: z.string(),
    commits: z.number(),
    rollbacks: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'transactions_committed_total',
      help: 'Transactions that were committed since the statistics were reset',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ commits }) => commits,
    },
    {
      name: 'transactions_rolled_back_total',
      help: 'Transactions that were rolled back since the statistics were reset',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: ({ rollbacks }) => rollbacks,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'rollbacks',
      key: ({ database }) => database,
      counters: ({ commits, rollbacks }) => ({ commits, rollbacks }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ database }, { delta: { commits, rollbacks }, seconds }) => {
        const all = commits + rollbacks;
        const counted = `${formatCount(rollbacks)} of ${formatCounted(all, 'transaction')} in ${formatSpan(seconds)} rolled back`;
        if (all < LEAST_TRANSACTIONS)
          return { subject: database, value: null, level: 'ok', message: `${counted}: too few for a share` };
        const value = (100 * rollbacks) / all;
        return { subject: database, value, message: `${counted} (${formatPercent(value)})` };
      },
    }),
});
