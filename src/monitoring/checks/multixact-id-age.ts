import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount, formatPercent } from '../words.ts';
import { ID_LIMIT, idAges } from '../wraparound.ts';

export const multixactIdAge = defineCheck({
  name: 'multixact-id-age',
  area: 'vacuum',
  summary: 'multixact ids since the oldest that is not frozen, as a share of those that there are',
  advice:
    'end transactions that hold row locks together with others, then VACUUM (FREEZE) the tables with the oldest relminmxid; at 100 % no row can be locked by two',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 50,
    critical: 75,
    direction: 'above',
    source:
      'no tool has a default for these; they run out as transaction ids do, for which pgmonitor has 50/75',
  },
  sql: [{ from: 14, sql: idAges('multixact') }],
  row: z.object({ database: z.string(), age: z.number(), freezeAt: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'multixact_id_age',
      help: 'multixact ids since the oldest that is not frozen',
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
        message: `the oldest of ${database} is ${formatCount(age)} multixact ids old (${formatPercent(value)} of what there is); autovacuum freezes at ${formatCount(freezeAt)}`,
      };
    }),
});
