/**
 * SQL for what autovacuum goes by, table by table: its settings, or the table's own instead. A TOAST table without options
 * goes by those of its table (`autovacuum.c`, `do_autovacuum`).
 */

/** FROM clause: `c` is the table, `owner` the table that it is the TOAST table of, `own` its options, `s` its counters. */
export const AUTOVACUUM_TABLES = `
      pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_class owner ON c.relkind = 't' AND owner.reltoastrelid = c.oid
      LEFT JOIN pg_namespace owner_n ON owner_n.oid = owner.relnamespace
      JOIN pg_stat_all_tables s ON s.relid = c.oid
     CROSS JOIN LATERAL (
           SELECT coalesce(bool_and(option_value::bool) FILTER (WHERE option_name = 'autovacuum_enabled'), true) AS enabled,
                  ${own('autovacuum_vacuum_threshold')}, ${own('autovacuum_vacuum_scale_factor')},
                  ${own('autovacuum_vacuum_max_threshold')},
                  ${own('autovacuum_vacuum_insert_threshold')}, ${own('autovacuum_vacuum_insert_scale_factor')},
                  ${own('autovacuum_analyze_threshold')}, ${own('autovacuum_analyze_scale_factor')}
             FROM pg_options_to_table(coalesce(c.reloptions, owner.reloptions))) AS own`;

/** The table's name; that of the table whose values are in it for a TOAST table. */
export const AUTOVACUUM_TABLE_NAME = `
      CASE WHEN owner.oid IS NULL THEN quote_ident(n.nspname) || '.' || quote_ident(c.relname)
           ELSE quote_ident(owner_n.nspname) || '.' || quote_ident(owner.relname) || ' (TOAST)' END`;

type Work = 'vacuum' | 'analyze';

/**
 * Whether autovacuum has had its time since it, or anybody, was last there, since the server was started, or since what it
 * counts by was reset. It looks at a database once in each `autovacuum_naptime`: a small table that changes all the time is
 * beyond its limit in between, which is as it should be.
 */
export function hadItsTime(work: Work): string {
  return `greatest(pg_postmaster_start_time(), ${lastDone(work)},
                   (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()))
             < now() - ${PATIENCE}`;
}

const PATIENCE = `2 * current_setting('autovacuum_naptime')::interval`;

function lastDone(work: Work): string {
  return `greatest(s.last_${work}, s.last_auto${work})`;
}

/** The columns of `DUE_ROW`. */
export function dueColumns(work: Work): string {
  return `c.oid::int8::float8 AS oid, extract(epoch FROM ${lastDone(work)})::float8 AS "doneAt",
                 extract(epoch FROM ${PATIENCE})::float8 AS "patienceSeconds"`;
}

/** A table that was never vacuumed has -1 rows; autovacuum takes that for none. */
const ROWS = 'greatest(c.reltuples, 0)::float8';

/** Dead rows beyond which autovacuum comes. From 18 on `autovacuum_vacuum_max_threshold` is the most of it; -1 is none. */
export function deadRowLimit(major: number): string {
  const limit = `own.autovacuum_vacuum_threshold + own.autovacuum_vacuum_scale_factor * ${ROWS}`;
  if (major < 18) return limit;
  return `CASE WHEN own.autovacuum_vacuum_max_threshold >= 0
               THEN least(own.autovacuum_vacuum_max_threshold, ${limit}) ELSE ${limit} END`;
}

/** Inserted rows beyond which it comes, null for never. From 18 on only the pages that are not frozen count. */
export function insertedRowLimit(major: number): string {
  const unfrozen =
    major < 18
      ? '1'
      : `CASE WHEN c.relpages > 0 AND c.relallfrozen > 0
              THEN 1 - least(c.relallfrozen, c.relpages)::float8 / c.relpages ELSE 1 END`;
  return `CASE WHEN own.autovacuum_vacuum_insert_threshold >= 0
               THEN own.autovacuum_vacuum_insert_threshold
                    + own.autovacuum_vacuum_insert_scale_factor * ${ROWS} * ${unfrozen} END`;
}

/** Changed rows beyond which it analyzes. */
export const CHANGED_ROW_LIMIT = `own.autovacuum_analyze_threshold + own.autovacuum_analyze_scale_factor * ${ROWS}`;

/** The option where the table has it, else the setting; null where the server knows no such setting. */
function own(name: string): string {
  return `coalesce(max(option_value) FILTER (WHERE option_name = '${name}'), current_setting('${name}', true))::float8 AS ${name}`;
}
