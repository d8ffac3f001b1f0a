import { withClient } from './session.ts';

/**
 * All that a database has of its own, one line each: what is there, how it is defined, what is in it. An index of a
 * partition that belongs to one of the parent is a part of that.
 */
export type Snapshot = readonly string[];

const OBJECTS = `
  WITH own AS (
    SELECT oid, nspname FROM pg_namespace
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'pitstop'))
  SELECT 'schema ' || nspname AS line FROM own
  UNION ALL
  SELECT format('%s %s.%s %s %s', c.relkind, nspname, relname, relpersistence, reloptions)
    FROM pg_class c JOIN own ON own.oid = relnamespace
   WHERE NOT (relkind = 'i' AND relispartition)
  UNION ALL
  SELECT format('index %s valid %s', pg_get_indexdef(indexrelid), indisvalid)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN own ON own.oid = relnamespace
   WHERE NOT relispartition
  UNION ALL
  SELECT format('column %s.%s %s %s %s %s %s', attrelid::regclass, attname, atttypid::regtype, attnotnull,
                attstattarget, attoptions, pg_get_expr(adbin, adrelid))
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid AND relkind IN ('r', 'p', 'v', 'm')
    JOIN own ON own.oid = relnamespace
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
   WHERE attnum > 0
  UNION ALL
  SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid))
    FROM pg_constraint c JOIN own ON own.oid = connamespace
  UNION ALL
  SELECT pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN own ON own.oid = stxnamespace
  UNION ALL
  SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL
  SELECT format('function %s', p.oid::regprocedure) FROM pg_proc p JOIN own ON own.oid = pronamespace
   WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
  UNION ALL
  SELECT 'extension ' || extname FROM pg_extension
  UNION ALL
  SELECT format('settings %s', setconfig) FROM pg_db_role_setting
   WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())`;

const TABLES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
   WHERE relkind IN ('r', 'm') AND nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'pitstop')`;

export async function takeSnapshot(url: string): Promise<Snapshot> {
  return withClient(url, async (client) => {
    const objects = await client.query<{ line: string }>(OBJECTS);
    const tables = await client.query<{ name: string }>(TABLES);
    const contents: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ line: string }>(
        `SELECT format('rows of %s: %s %s', '${name}', count(*), sum(hash_record_extended(t, 0)::numeric)) AS line FROM ${name} t`,
      );
      contents.push(...rows.map(({ line }) => line));
    }
    return [...objects.rows.map(({ line }) => line), ...contents].toSorted();
  });
}

/** What was there before and is not any more; a thing that was altered is both. */
export function difference(before: Snapshot, after: Snapshot): { gone: Snapshot; added: Snapshot } {
  return {
    gone: before.filter((line) => !after.includes(line)),
    added: after.filter((line) => !before.includes(line)),
  };
}
