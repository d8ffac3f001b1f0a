import { quoteName } from '../../sql/quote.ts';
import type { SequenceColumn, Write, WriteTargets, WrittenTable } from '../../sql/writing-statement.ts';
import type { Session } from '../session.ts';

/**
 * What a statement may write to, beyond the tables that it names: their partitions and children, the tables behind a
 * view, those that foreign keys cascade to. What triggers write elsewhere is for `readNameFacts` to find.
 */
export async function readWriteTargets(session: Session, writes: readonly Write[]): Promise<WriteTargets> {
  const names = writes.map(({ schema, table }) =>
    [...(schema === null ? [] : [schema]), table].map(quoteName).join('.'),
  );
  const tables = await session.query<WrittenTable>(`${REACHED} ${TABLES}`, [names]);
  const sequences = await session.query<SequenceColumn>(`${REACHED} ${SEQUENCES}`, [names]);
  const triggers = await session.query<{ name: string }>(`${REACHED} ${EXTENSION_TRIGGERS}`, [names]);
  return { tables, sequences, extensionTriggers: triggers.map(({ name }) => name) };
}

/** `cascaded`: only by a foreign key, so that none of its defaults are asked for. */
const REACHED = `
  WITH RECURSIVE reached(oid, cascaded) AS (
    SELECT to_regclass(name)::oid, false FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL
    UNION
    SELECT further.oid, r.cascaded OR further.cascaded
      FROM reached r CROSS JOIN LATERAL (
        SELECT i.inhrelid AS oid, false AS cascaded FROM pg_inherits i WHERE i.inhparent = r.oid
        UNION ALL
        SELECT d.refobjid, false FROM pg_rewrite w
          JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
         WHERE w.ev_class = r.oid
        UNION ALL
        SELECT k.conrelid, k.confupdtype <> 'd' AND k.confdeltype <> 'd' FROM pg_constraint k
         WHERE k.confrelid = r.oid AND k.contype = 'f' AND (k.confupdtype IN ('c', 'n', 'd') OR k.confdeltype IN ('c', 'n', 'd'))
      ) AS further
  ), relation AS (
    SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind, bool_and(r.cascaded) AS cascaded
      FROM reached r JOIN pg_class c ON c.oid = r.oid JOIN pg_namespace n ON n.oid = c.relnamespace
     GROUP BY c.oid, n.nspname, c.relname, c.relkind
  )`;

const TABLES = `
  SELECT schema, name,
         CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned-table' WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign-table' ELSE 'other' END AS kind,
         pg_table_size(oid)::float8 AS bytes,
         has_table_privilege(oid, 'SELECT') AS readable
    FROM relation WHERE relkind IN ('r', 'p', 'v', 'f', 'm') ORDER BY schema, name`;

/** A default may name its sequence in a text, which leaves no dependency. */
const SEQUENCES = `
  SELECT DISTINCT t.schema, t.name AS "table", a.attname::text AS column,
         (SELECT json_build_object('schema', sn.nspname, 'name', s.relname)
            FROM pg_depend d JOIN pg_class s ON s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
           WHERE (d.classid = 'pg_attrdef'::regclass AND d.objid = e.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid)
              OR (a.attidentity <> '' AND d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype = 'i'
                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.refobjsubid = a.attnum)
           LIMIT 1)::jsonb AS sequence
    FROM relation t
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef e ON e.adrelid = t.oid AND e.adnum = a.attnum
   WHERE NOT t.cascaded AND (a.attidentity <> '' OR pg_get_expr(e.adbin, e.adrelid) ~* '\\ynextval\\y')
   ORDER BY 1, 2, 3`;

const EXTENSION_TRIGGERS = `
  SELECT format('%s of %s', g.tgname, t.oid::regclass) AS name
    FROM relation t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D'
   WHERE EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = g.tgfoid AND e.deptype = 'e')
   ORDER BY 1`;
