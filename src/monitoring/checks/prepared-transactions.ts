import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCounted, formatSpan } from '../words.ts';

/** The name of a transaction is its client’s: any text of up to 200 bytes. */
const SQL = `
  SELECT database, name, role, seconds, transactions
    FROM (SELECT DISTINCT ON (database) database::text AS database, left(gid, 64) AS name, owner::text AS role,
                 greatest(0, extract(epoch FROM clock_timestamp() - prepared))::float8 AS seconds,
                 (count(*) OVER (PARTITION BY database))::float8 AS transactions
            FROM pg_prepared_xacts
           ORDER BY database, prepared) AS oldest
   ORDER BY seconds DESC
   LIMIT 100`;

export const preparedTransactions = defineCheck({
  name: 'prepared-transactions',
  area: 'locks',
  summary: 'how long the oldest prepared transaction of each database has waited for its second phase',
  advice:
    'ask the transaction manager what became of it, then COMMIT PREPARED or ROLLBACK PREPARED in that database; until then it keeps its locks and holds up vacuum, even over a restart',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 30,
    critical: 300,
    direction: 'above',
    source:
      'check_postgres 1/30; postgresqltuner warns of any; critical is ours: where the manager lives, the second phase follows within seconds',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    database: z.string(),
    name: z.string(),
    role: z.string(),
    seconds: z.number(),
    transactions: z.number(),
  }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'prepared_transactions',
      help: 'Transactions that are prepared and neither committed nor rolled back',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ transactions }) => transactions,
    },
    {
      name: 'prepared_transaction_seconds',
      help: 'How long ago the oldest of them was prepared',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ seconds }) => seconds,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ database, name, role, seconds, transactions }) => ({
      subject: database,
      value: seconds,
      message: `${formatCounted(transactions, 'prepared transaction')}; the oldest, ${JSON.stringify(name)} of ${role}, for ${formatSpan(seconds)}`,
    })),
});
