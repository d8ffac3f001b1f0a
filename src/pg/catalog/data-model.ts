import {
  isTable,
  type ColumnModel,
  type DataModel,
  type ForeignKeyModel,
  type TableModel,
} from '../../equivalence/model.ts';
import { quoteName, quoteQualified } from '../../sql/quote.ts';
import type { Session } from '../session.ts';

/** Reads all tables of a sandbox's database; partitions are part of their table. */
export async function readDataModel(session: Session): Promise<DataModel> {
  const named = await session.query<FoundTable>(TABLES);
  const columns = await session.query<FoundColumn>(COLUMNS);
  const tables: TableModel[] = [];
  for (const table of named) {
    const own = columns.filter((found) => isTable(found, table));
    const values = await readValues(session, table, own);
    tables.push({ ...table, ...values });
  }
  const changes = await session.query<{ day: string }>(CLOCK_CHANGES);
  return {
    tables,
    foreignKeys: await session.query<ForeignKeyModel>(FOREIGN_KEYS),
    clockChanges: changes.map(({ day }) => day),
  };
}

type FoundTable = Pick<TableModel, 'schema' | 'name' | 'uniqueKeys'>;
interface FoundColumn {
  /** Of the table. */
  readonly schema: string;
  readonly name: string;
  readonly sortable: boolean;
  readonly column: Omit<ColumnModel, 'common' | 'rare' | 'least' | 'greatest'>;
}

/** The rows of a sample are few: everything is read in one query. */
async function readValues(
  session: Session,
  table: FoundTable,
  columns: readonly FoundColumn[],
): Promise<Pick<TableModel, 'rows' | 'columns'>> {
  const outputs = columns.flatMap(({ column: { name }, sortable }, at) => {
    if (!sortable) return [];
    const column = quoteName(name);
    const values = `FROM t WHERE ${column} IS NOT NULL`;
    return [
      `(SELECT ${column}::text ${values} ORDER BY ${column} LIMIT 1) AS least_${at}`,
      `(SELECT ${column}::text ${values} ORDER BY ${column} DESC LIMIT 1) AS greatest_${at}`,
      `(SELECT ${column}::text ${values} GROUP BY ${column} ORDER BY count(*) DESC, ${column} LIMIT 1) AS common_${at}`,
      `(SELECT ${column}::text ${values} GROUP BY ${column} ORDER BY count(*), ${column} DESC LIMIT 1) AS rare_${at}`,
    ];
  });
  const [row] = await session.query<Record<string, string | number | null>>(
    `WITH t AS MATERIALIZED (SELECT * FROM ${quoteQualified(table)}) SELECT ${['(SELECT count(*)::int FROM t) AS rows', ...outputs].join(', ')}`,
  );
  const text = (name: string) => {
    const value = row?.[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    rows: Number(row?.['rows'] ?? 0),
    columns: columns.map(({ column }, at) => ({
      ...column,
      least: text(`least_${at}`),
      greatest: text(`greatest_${at}`),
      common: text(`common_${at}`),
      rare: text(`rare_${at}`),
    })),
  };
}

const OURS = `c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'`;

const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name,
         coalesce((SELECT json_agg((SELECT json_agg(a.attname ORDER BY at) FROM unnest(i.indkey) WITH ORDINALITY AS key(attnum, at)
                            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.attnum WHERE at <= i.indnkeyatts))
                     FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indexprs IS NULL), '[]') AS "uniqueKeys"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${OURS} ORDER BY c.oid`;

const COLUMNS = `
  SELECT n.nspname AS schema, c.relname AS name,
         json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
           'base', CASE base.typtype WHEN 'e' THEN 'enum' ELSE base.typname END,
           'nullable', NOT a.attnotnull AND NOT t.typnotnull, 'generated', a.attgenerated <> '',
           'labels', ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = base.oid ORDER BY enumsortorder LIMIT 12)) AS column,
         base.typtype = 'e' OR EXISTS (SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
                  WHERE m.amname = 'btree' AND o.opcdefault
                    AND o.opcintype IN (base.oid, CASE WHEN base.typname = 'varchar' THEN 'text'::regtype END)) AS sortable
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
   CROSS JOIN LATERAL (
     WITH RECURSIVE chain AS (SELECT t.oid, t.typtype, t.typname, t.typbasetype
                              UNION ALL SELECT b.oid, b.typtype, b.typname, b.typbasetype FROM pg_type b JOIN chain ON b.oid = chain.typbasetype)
     SELECT * FROM chain WHERE typtype <> 'd') AS base
   WHERE ${OURS} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum`;

const FOREIGN_KEYS = `
  SELECT json_build_object('schema', fn.nspname, 'name', f.relname) AS "from",
         json_build_object('schema', tn.nspname, 'name', t.relname) AS "to",
         ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS key(attnum, at)
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum ORDER BY at) AS "fromColumns",
         ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS key(attnum, at)
                 JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.attnum ORDER BY at) AS "toColumns"
    FROM pg_constraint k
    JOIN pg_class f ON f.oid = k.conrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
    JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
   WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.oid`;

/** Two years are enough to meet a day of each sort. */
const CLOCK_CHANGES = `
  SELECT day::date::text AS day FROM generate_series(timestamp '2025-01-01', timestamp '2026-12-31', '1 day') AS day
   WHERE (day + interval '1 day')::timestamptz - day::timestamptz <> interval '24 hours' ORDER BY day`;
