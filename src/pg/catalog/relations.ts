import type {
  ColumnFacts,
  IndexFacts,
  RelationFacts,
  RelationReference,
  ResolvedRelation,
} from '../../facts.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Session } from '../session.ts';

/** Looks up relations as a statement names them, through the session's search path. Unknown ones are left out. */
export async function readRelations(
  session: Session,
  references: readonly RelationReference[],
): Promise<ResolvedRelation[]> {
  const resolved: ResolvedRelation[] = [];
  for (const reference of references) {
    const relation = await readRelation(session, reference);
    if (relation !== null) resolved.push({ reference, relation });
  }
  return resolved;
}

export async function readRelation(
  session: Session,
  reference: RelationReference,
): Promise<RelationFacts | null> {
  const name = [reference.schema, reference.name]
    .flatMap((part) => (part === null ? [] : [quoteName(part)]))
    .join('.');
  const [relation] = await session.query<Omit<RelationFacts, 'columns' | 'indexes'>>(RELATION, [name]);
  if (relation === undefined) return null;
  const [columns, indexes] = [
    await session.query<ColumnFacts>(COLUMNS, [relation.oid]),
    await session.query<IndexFacts>(INDEXES, [relation.oid]),
  ];
  return { ...relation, columns, indexes };
}

/** Of these relations, those that the connected role may build indexes on. */
export async function readMayIndex(session: Session, oids: readonly number[]): Promise<Set<number>> {
  const rows = await session.query<{ oid: number }>(
    `SELECT c.oid::int8::float8 AS oid FROM pg_class c
      WHERE c.oid = ANY ($1::oid[]) AND ${MAY_INDEX}`,
    [oids],
  );
  return new Set(rows.map(({ oid }) => oid));
}

const MAY_INDEX = `pg_has_role(c.relowner, 'USAGE') AND has_schema_privilege(c.relnamespace, 'CREATE')`;

const RELATION = `
  SELECT c.oid::int8::float8 AS oid,
         n.nspname AS schema,
         c.relname AS name,
         CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned-table' WHEN 'v' THEN 'view'
                        WHEN 'm' THEN 'materialized-view' WHEN 'f' THEN 'foreign-table' ELSE 'other' END AS kind,
         nullif(c.reltuples, -1)::float8 AS rows,
         pg_relation_size(c.oid)::float8 AS "sizeBytes",
         EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname) AS analyzed,
         coalesce(st.n_mod_since_analyze, 0)::float8 AS "rowsModifiedSinceAnalyze",
         ${MAY_INDEX} AS "mayIndex"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_stat_all_tables st ON st.relid = c.oid
   WHERE c.oid = to_regclass($1)`;

const COLUMNS = `
  SELECT a.attname AS name,
         format_type(a.atttypid, a.atttypmod) AS type,
         a.attnotnull AS "notNull",
         EXISTS (SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
                  WHERE m.amname = 'btree' AND o.opcdefault
                    AND (o.opcintype = base.oid
                         OR o.opcintype IN (SELECT castto FROM (SELECT c.casttarget AS castto FROM pg_cast c
                                             WHERE c.castsource = base.oid AND c.castmethod = 'b' AND c.castcontext = 'i') binary_cast)
                         OR (base.typtype = 'e' AND o.opcintype = 'anyenum'::regtype)
                         OR (base.typtype = 'r' AND o.opcintype = 'anyrange'::regtype)
                         OR (base.typsubscript = 'array_subscript_handler'::regproc AND o.opcintype = 'anyarray'::regtype))) AS sortable,
         s.n_distinct::float8 AS "distinctValues",
         s.null_frac::float8 AS "nullFraction",
         s.avg_width AS "averageWidth"
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
    LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
   WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'
   ORDER BY a.attnum`;

const INDEXES = `
  SELECT i.indexrelid::int8::float8 AS oid,
         n.nspname AS schema,
         c.relname AS name,
         m.amname AS method,
         (SELECT json_agg(json_build_object(
                   'column', a.attname,
                   'descending', (i.indoption[key.position - 1] & 1) = 1,
                   'nullsFirst', (i.indoption[key.position - 1] & 2) = 2,
                   'defaultOperators', o.opcdefault AND i.indcollation[key.position - 1] = coalesce(a.attcollation, i.indcollation[key.position - 1]))
                 ORDER BY key.position)
            FROM unnest(i.indkey) WITH ORDINALITY AS key(attnum, position)
            LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.attnum AND key.attnum > 0
            JOIN pg_opclass o ON o.oid = i.indclass[key.position - 1]
           WHERE key.position <= i.indnkeyatts) AS keys,
         ARRAY(SELECT a.attname::text
                 FROM unnest(i.indkey) WITH ORDINALITY AS key(attnum, position)
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.attnum
                WHERE key.position > i.indnkeyatts ORDER BY key.position) AS included,
         i.indisunique AS unique,
         i.indisprimary AS primary,
         (SELECT conname FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') LIMIT 1) AS constraint,
         i.indisvalid AND i.indisready AND i.indislive AS valid,
         pg_get_expr(i.indpred, i.indrelid) AS predicate,
         pg_get_indexdef(i.indexrelid) AS definition,
         pg_relation_size(i.indexrelid)::float8 AS "sizeBytes",
         coalesce(s.idx_scan, 0)::float8 AS scans
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am m ON m.oid = c.relam
    LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = i.indexrelid
   WHERE i.indrelid = $1::oid
   ORDER BY c.relname`;
