import { z } from 'zod';
import {
  AUTOVACUUM_TABLE_NAME,
  AUTOVACUUM_TABLES,
  CHANGED_ROW_LIMIT,
  dueColumns,
  hadItsTime,
} from '../autovacuum.ts';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { DUE_ROW, dueSince } from '../due-since.ts';
import { formatCount, formatPercent } from '../words.ts';

const SQL = `
  SELECT "table", oid, "doneAt", "patienceSeconds", changed, "changedLimit"
    FROM (SELECT ${AUTOVACUUM_TABLE_NAME} AS "table", ${dueColumns('analyze')},
                 s.n_mod_since_analyze::float8 AS changed,
                 (${CHANGED_ROW_LIMIT})::float8 AS "changedLimit"
            FROM ${AUTOVACUUM_TABLES}
           WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND own.enabled
             AND ${hadItsTime('analyze')}) AS due
   WHERE changed > "changedLimit"
   ORDER BY changed / greatest("changedLimit", 1) DESC, "table"
   LIMIT 50`;

export const analyzeOverdue = defineCheck({
  name: 'analyze-overdue',
  area: 'vacuum',
  summary:
    'rows of a table that changed since it was analyzed, as a share of those at which autovacuum analyzes it; not within two autovacuum_naptime of the last time, the start or a reset, and critical only once looks that far apart have found it so',
  advice:
    'ANALYZE the table, or plans are made for what it was; then see why autovacuum does not come: workers that are busy, or a lock that it gives way to',
  scope: 'database',
  unit: 'percent',
  threshold: {
    warning: 200,
    critical: 1_000,
    direction: 'above',
    source:
      'at 100 % autovacuum comes within autovacuum_naptime and resets the count; twice of it has been waited for in vain',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ table: z.string(), ...DUE_ROW, changed: z.number(), changedLimit: z.number() }),
  remembers: 'series',
  metrics: [],
  observe: ({ rows, history }) =>
    rows.map((row) => {
      const { table, changed, changedLimit } = row;
      const value = (100 * changed) / Math.max(1, changedLimit);
      const { words, ...cap } = dueSince(row, history);
      return {
        subject: table,
        value,
        message: `${formatCount(changed)} rows of ${table} have changed since it was analyzed; autovacuum analyzes it at ${formatCount(changedLimit)} (${formatPercent(value)}); ${words}`,
        ...cap,
      };
    }),
});
