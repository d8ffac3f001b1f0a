import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { ratesOf } from '../rate.ts';
import { formatCount, formatSpan } from '../words.ts';

const SQL = `
  SELECT datname::text AS database, deadlocks::float8 AS deadlocks,
         extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_database
   WHERE datname IS NOT NULL
   ORDER BY deadlocks DESC, datname
   LIMIT 200`;

export const deadlocks = defineCheck({
  name: 'deadlocks',
  area: 'locks',
  summary: 'deadlocks a minute in each database',
  advice:
    'take the locks in the same order everywhere; the server log names both statements of each deadlock',
  scope: 'cluster',
  unit: 'per minute',
  threshold: {
    warning: 0.01,
    critical: 5,
    direction: 'above',
    source: 'pgEdge and postgresai warn of any; postgres_exporter mixin and samber above 5 a minute',
    // Counted once, it is gone by the next round.
    raiseAfter: 1,
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ database: z.string(), deadlocks: z.number(), statsReset: z.number().nullable() }),
  remembers: 'last',
  metrics: [
    {
      name: 'deadlocks_total',
      help: 'Deadlocks since the statistics were reset',
      type: 'counter',
      labels: { datname: ({ database }) => database },
      value: (row) => row.deadlocks,
    },
  ],
  observe: (sample) =>
    ratesOf(sample, {
      key: ({ database }) => database,
      counters: (row) => ({ deadlocks: row.deadlocks }),
      reset: ({ statsReset }) => statsReset,
    }).map(({ row: { database }, rates }) => {
      if (rates.missing !== undefined)
        return { subject: database, value: null, message: `no rate of deadlocks: ${rates.missing}` };
      const { delta, perSecond, seconds } = rates;
      return {
        subject: database,
        value: 60 * perSecond.deadlocks,
        message: `${formatCount(delta.deadlocks)} deadlock${delta.deadlocks === 1 ? '' : 's'} in ${formatSpan(seconds)}`,
      };
    }),
});
