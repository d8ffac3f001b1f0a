import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount, formatPercent } from '../words.ts';
import { ID_LIMIT, idAges } from '../wraparound.ts';

export const transactionIdAge = defineCheck({
  name: 'transaction-id-age',
  area: 'vacuum',
  summary: 'transaction ids since the oldest that is not frozen, as a share of those that there are',
  advice:
    'find what keeps old rows (xmin-horizon) and end it, then VACUUM (FREEZE) the tables with the oldest relfrozenxid in this database; at 100 % the server takes no more writes',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 50,
    critical: 75,
    direction: 'above',
    source:
      'pgmonitor 50/75; postgres-checkup and pgEdge 50; pigsty 80; check_postgres 1.3 and 1.4 thousand million, which is 61/65 %',
  },
  sql: [{ from: 14, sql: idAges('transaction') }],
  row: z.object({ database: z.string(), age: z.number(), freezeAt: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'transaction_id_age',
      help: 'transaction ids since the oldest that is not frozen',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ age }) => age,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ database, age, freezeAt }) => {
      const value = (100 * age) / ID_LIMIT;
      return {
        subject: database,
        value,
        message: `the oldest of ${database} is ${formatCount(age)} transaction ids old (${formatPercent(value)} of what there is); autovacuum freezes at ${formatCount(freezeAt)}`,
      };
    }),
});
