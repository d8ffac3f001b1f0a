/** Statements that make types, collations and functions. Each query takes object ids and returns `sql`, one a row. */

const QUALIFIED = (schema: string, name: string) => `format('%I.%I', ${schema}, ${name})`;

export const COLLATIONS = `
  SELECT format('CREATE COLLATION %s (PROVIDER = %s, %s, DETERMINISTIC = %s%s)', ${QUALIFIED('n.nspname', 'c.collname')},
           CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
           CASE WHEN c.colllocale IS NOT NULL THEN format('LOCALE = %L', c.colllocale)
                ELSE format('LC_COLLATE = %L, LC_CTYPE = %L', c.collcollate, c.collctype) END,
           CASE WHEN c.collisdeterministic THEN 'true' ELSE 'false' END, ', RULES = ' || quote_literal(c.collicurules)) AS sql
    FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
   WHERE c.oid = ANY ($1::oid[]) ORDER BY c.oid`;

/** Arrays, multiranges and the row types of relations come with what they belong to. */
export const TYPES = `
  SELECT CASE t.typtype
           WHEN 'e' THEN format('CREATE TYPE %s AS ENUM (%s)', name,
             (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
           WHEN 'd' THEN format('CREATE DOMAIN %s AS %s%s%s%s%s', name, format_type(t.typbasetype, t.typtypmod),
             (SELECT format(' COLLATE %I.%I', cn.nspname, c.collname) FROM pg_collation c JOIN pg_namespace cn ON cn.oid = c.collnamespace
                JOIN pg_type b ON b.oid = t.typbasetype WHERE c.oid = t.typcollation AND t.typcollation <> b.typcollation),
             ' DEFAULT ' || t.typdefault,
             CASE WHEN t.typnotnull THEN ' NOT NULL' END,
             (SELECT string_agg(format(' CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)), '' ORDER BY oid)
                FROM pg_constraint WHERE contypid = t.oid AND contype = 'c' AND convalidated))
           WHEN 'c' THEN format('CREATE TYPE %s AS (%s)', name,
             (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
                FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
           WHEN 'r' THEN (
             SELECT format('CREATE TYPE %s AS RANGE (SUBTYPE = %s, MULTIRANGE_TYPE_NAME = %I.%I%s)', name,
                      format_type(r.rngsubtype, NULL), mn.nspname, m.typname,
                      CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::regproc END)
               FROM pg_range r JOIN pg_type m ON m.oid = r.rngmultitypid JOIN pg_namespace mn ON mn.oid = m.typnamespace
              WHERE r.rngtypid = t.oid)
         END AS sql
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
   CROSS JOIN LATERAL (SELECT ${QUALIFIED('n.nspname', 't.typname')} AS name) AS named
   WHERE t.oid = ANY ($1::oid[])
     AND (t.typtype IN ('e', 'd', 'r')
          OR (t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')))
   ORDER BY t.oid`;

export const FUNCTIONS = `
  SELECT pg_get_functiondef(p.oid) AS sql
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
   WHERE p.oid = ANY ($1::oid[]) AND p.prokind <> 'a' AND l.lanname IN ('sql', 'plpgsql') ORDER BY p.oid`;

/** Aggregates, and functions in languages that run outside of the server's own rules. */
export const FOREIGN_FUNCTIONS = `
  SELECT format('%s %s in the language %s', CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'function' END,
                p.oid::regprocedure, l.lanname) AS sql
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
   WHERE p.oid = ANY ($1::oid[]) AND (p.prokind = 'a' OR l.lanname NOT IN ('sql', 'plpgsql')) ORDER BY p.oid`;
