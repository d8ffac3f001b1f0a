import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { formatCount, formatPercent } from '../words.ts';
import { ID_KINDS, idAges } from '../wraparound.ts';

const SQL = `
  SELECT t.database, t.age AS "transactionAge", t."freezeAt" AS "transactionFreezeAt",
         m.age AS "multixactAge", m."freezeAt" AS "multixactFreezeAt"
    FROM (${idAges('transaction')}) AS t
    JOIN (${idAges('multixact')}) AS m USING (database)
   ORDER BY greatest(t.age / t."freezeAt", m.age / m."freezeAt") DESC, t.database`;

export const freezeOverdue = defineCheck({
  name: 'freeze-overdue',
  area: 'vacuum',
  summary:
    'age of the oldest ids, as a share of the age at which autovacuum freezes them whatever else is to do',
  advice:
    'see that autovacuum gets through: end what keeps old rows (xmin-horizon) and locks that it gives way to, drop or vacuum orphaned temporary tables, raise autovacuum_vacuum_cost_limit',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 110,
    critical: 125,
    direction: 'above',
    source:
      'pgmonitor 110/125; check_postgres 90/95, which every idle database comes to before autovacuum does',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    database: z.string(),
    transactionAge: z.number(),
    transactionFreezeAt: z.number(),
    multixactAge: z.number(),
    multixactFreezeAt: z.number(),
  }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map((row) => {
      const ages = [
        { kind: ID_KINDS.transaction, age: row.transactionAge, freezeAt: row.transactionFreezeAt },
        { kind: ID_KINDS.multixact, age: row.multixactAge, freezeAt: row.multixactFreezeAt },
      ] as const;
      const [transactions, multixacts] = ages;
      const isMultixact = multixacts.age / multixacts.freezeAt > transactions.age / transactions.freezeAt;
      const { kind, age, freezeAt } = isMultixact ? multixacts : transactions;
      const value = (100 * age) / freezeAt;
      return {
        subject: row.database,
        value,
        message: `${row.database} has not frozen ${formatCount(age)} ${kind.words}; ${kind.freezeAt} is ${formatCount(freezeAt)} (${formatPercent(value)})`,
      };
    }),
});
