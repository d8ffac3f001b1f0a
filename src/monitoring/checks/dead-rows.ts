import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { formatCount, formatPercent } from '../words.ts';

/** Below this many a share says nothing: the table is small. */
const LEAST_DEAD = 10_000;

const SQL = `
  SELECT quote_ident(schemaname) || '.' || quote_ident(relname) AS "table",
         n_live_tup::float8 AS live, n_dead_tup::float8 AS dead
    FROM pg_stat_user_tables
   WHERE n_dead_tup >= ${LEAST_DEAD}
   ORDER BY n_dead_tup::float8 / (n_live_tup + n_dead_tup) DESC, relid
   LIMIT 50`;

export const deadRows = defineCheck({
  name: 'dead-rows',
  area: 'vacuum',
  summary: `dead rows, as a share of all rows of a table that has ${formatCount(LEAST_DEAD)} dead ones or more`,
  advice:
    'VACUUM the table; where that removes nothing, see what holds the horizon (xmin-horizon); where it happens again, lower autovacuum_vacuum_scale_factor for this table',
  scope: 'database',
  unit: 'percent',
  threshold: {
    warning: 30,
    critical: 50,
    direction: 'above',
    source:
      'samber and pgEdge warn from 10 % on (samber above 10,000 rows), which is before autovacuum comes: its 20 % of the live rows are 17 % of all',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ table: z.string(), live: z.number(), dead: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'table_dead_rows',
      help: `Dead rows of tables that have ${formatCount(LEAST_DEAD)} or more`,
      type: 'gauge',
      labels: { table: ({ table }) => table },
      value: ({ dead }) => dead,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ table, live, dead }) => {
      const value = (100 * dead) / (live + dead);
      return {
        subject: table,
        value,
        message: `${formatCount(dead)} of ${formatCount(live + dead)} rows of ${table} are dead (${formatPercent(value)})`,
      };
    }),
});
