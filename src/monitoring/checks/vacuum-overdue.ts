import { z } from 'zod';
import {
  AUTOVACUUM_TABLE_NAME,
  AUTOVACUUM_TABLES,
  deadRowLimit,
  dueColumns,
  hadItsTime,
  insertedRowLimit,
} from '../autovacuum.ts';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { DUE_ROW, dueSince } from '../due-since.ts';
import { formatCount, formatPercent } from '../words.ts';

/** Of each table the larger share: dead rows or inserted rows of what autovacuum waits for. */
const sqlOf = (major: number) => `
  SELECT "table", oid, "doneAt", "patienceSeconds", dead, "deadLimit", inserted, "insertedLimit"
    FROM (SELECT ${AUTOVACUUM_TABLE_NAME} AS "table", ${dueColumns('vacuum')},
                 s.n_dead_tup::float8 AS dead, (${deadRowLimit(major)})::float8 AS "deadLimit",
                 s.n_ins_since_vacuum::float8 AS inserted, (${insertedRowLimit(major)})::float8 AS "insertedLimit"
            FROM ${AUTOVACUUM_TABLES}
           WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence <> 't' AND own.enabled
             AND ${hadItsTime('vacuum')}) AS due
   WHERE dead > "deadLimit" OR inserted > "insertedLimit"
   ORDER BY greatest(dead / nullif("deadLimit", 0), inserted / nullif("insertedLimit", 0)) DESC NULLS LAST, "table"
   LIMIT 50`;

export const vacuumOverdue = defineCheck({
  name: 'vacuum-overdue',
  area: 'vacuum',
  summary:
    'dead or inserted rows of a table, as a share of those at which autovacuum comes, from 100 % on; not within two autovacuum_naptime of the last vacuum, the start or a reset, and critical only once looks that far apart have found it so',
  advice:
    'see whether the workers are busy, held back by cost limits, or whether something keeps the rows (xmin-horizon); VACUUM the table by hand meanwhile',
  scope: 'database',
  unit: 'percent',
  threshold: {
    warning: 200,
    critical: 1_000,
    direction: 'above',
    source:
      'at 100 % autovacuum comes within autovacuum_naptime and resets the count; at twice of that it has not come, or could not help. pg-extras shows the same prediction by the formula before 18',
  },
  standsFor: CATALOG_SECONDS,
  sql: [
    { from: 14, sql: sqlOf(14) },
    { from: 18, sql: sqlOf(18) },
  ],
  row: z.object({
    table: z.string(),
    ...DUE_ROW,
    dead: z.number(),
    deadLimit: z.number(),
    inserted: z.number(),
    insertedLimit: z.number().nullable(),
  }),
  remembers: 'series',
  metrics: [],
  observe: ({ rows, history }) =>
    rows.map((row) => {
      const { table, dead, deadLimit, inserted, insertedLimit } = row;
      const shares = [
        { share: shareOf(dead, deadLimit), count: dead, limit: deadLimit, what: 'dead rows' },
        {
          share: insertedLimit === null ? 0 : shareOf(inserted, insertedLimit),
          count: inserted,
          limit: insertedLimit ?? 0,
          what: 'rows inserted since the last vacuum',
        },
      ] as const;
      const [deads, inserts] = shares;
      const { share, count, limit, what } = inserts.share > deads.share ? inserts : deads;
      const { words, ...cap } = dueSince(row, history);
      return {
        subject: table,
        value: share,
        message: `${table} has ${formatCount(count)} ${what}; autovacuum comes at ${formatCount(limit)} (${formatPercent(share)}); ${words}`,
        ...cap,
      };
    }),
});

/** A table may be told to be vacuumed after any change at all: then each row counts as one that was waited for. */
function shareOf(count: number, limit: number): number {
  return (100 * count) / Math.max(1, limit);
}
