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

/** The columns of a key, in its order, as a JSON array of names. */
const columnsOf = (relation: string, numbers: string) => `
  ARRAY(SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS key(attnum, position)
          JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = key.attnum ORDER BY key.position)`;

const FOREIGN_KEYS = `
  coalesce((SELECT json_agg(json_build_object(
                     'name', k.conname, 'columns', ${columnsOf('k.conrelid', 'k.conkey')},
                     'referenced', json_build_object('schema', rn.nspname, 'name', r.relname),
                     'referencedColumns', ${columnsOf('k.confrelid', 'k.confkey')},
                     'validated', k.convalidated) ORDER BY k.conname)
              FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
             WHERE k.conrelid = c.oid AND k.contype = 'f'), '[]')`;

const REFERENCED_BY = `
  coalesce((SELECT json_agg(json_build_object(
                     'name', k.conname, 'columns', ${columnsOf('k.conrelid', 'k.conkey')},
                     'table', json_build_object('schema', rn.nspname, 'name', r.relname),
                     'rows', nullif(r.reltuples, -1)::float8,
                     'indexed', EXISTS (SELECT FROM pg_index i
                                         WHERE i.indrelid = r.oid AND i.indisvalid AND i.indpred IS NULL
                                           AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey),
                     'onDelete', CASE k.confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
                                                    WHEN 'n' THEN 'set null' ELSE 'set default' END) ORDER BY r.relname, k.conname)
              FROM pg_constraint k JOIN pg_class r ON r.oid = k.conrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
             WHERE k.confrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0), '[]')`;

const PARTITIONING = `
  (SELECT json_build_object(
            'strategy', CASE p.partstrat WHEN 'r' THEN 'range' WHEN 'l' THEN 'list' ELSE 'hash' END,
            'keys', (SELECT json_agg(a.attname ORDER BY key.position)
                       FROM unnest(p.partattrs) WITH ORDINALITY AS key(attnum, position)
                       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.attnum AND key.attnum > 0),
            'partitions', coalesce((SELECT json_agg(json_build_object('schema', ln.nspname, 'name', l.relname) ORDER BY l.oid)
                                      FROM pg_partition_tree(c.oid) tree
                                      JOIN pg_class l ON l.oid = tree.relid JOIN pg_namespace ln ON ln.oid = l.relnamespace
                                     WHERE tree.isleaf), '[]'),
            'nested', EXISTS (SELECT FROM pg_partition_tree(c.oid) tree WHERE NOT tree.isleaf AND tree.level > 0))
     FROM pg_partitioned_table p WHERE p.partrelid = c.oid)`;

const RELATION = `
  SELECT c.oid::int8::float8 AS oid,
         n.nspname AS schema,
         c.relname AS name,
         CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned-table' WHEN 'v' THEN 'view'
                        WHEN 'm' THEN 'materialized-view' WHEN 'f' THEN 'foreign-table' ELSE 'other' END AS kind,
         nullif(c.reltuples, -1)::float8 AS rows,
         CASE WHEN c.relkind = 'p' THEN (SELECT coalesce(sum(pg_relation_size(relid)), 0) FROM pg_partition_tree(c.oid))
              ELSE pg_relation_size(c.oid) END::float8 AS "sizeBytes",
         EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname) AS analyzed,
         coalesce(st.n_mod_since_analyze, 0)::float8 AS "rowsModifiedSinceAnalyze",
         ${MAY_INDEX} AS "mayIndex",
         c.relispartition AS "isPartition",
         c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid) AS inherited,
         CASE WHEN c.relpages > 0 AND c.reltuples >= 0 THEN least(1, c.relallvisible::float8 / c.relpages) END AS "allVisibleShare",
         coalesce(st.n_dead_tup, 0)::float8 AS "deadRows",
         json_build_object('inserted', written.inserted, 'updated', written.updated,
                           'hotUpdated', written.hot, 'deleted', written.deleted,
                           'seconds', (SELECT extract(epoch FROM now() - coalesce(b.stats_reset, pg_postmaster_start_time()))::float8
                                         FROM pg_stat_database b WHERE b.datname = current_database())) AS writes,
         ARRAY(SELECT t.tgname::text FROM pg_trigger t
                WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D' ORDER BY t.tgname) AS triggers,
         ${FOREIGN_KEYS} AS "foreignKeys",
         ${REFERENCED_BY} AS "referencedBy",
         ${PARTITIONING} AS partitioning,
         coalesce((SELECT json_agg(json_build_object(
                            'name', sn.nspname || '.' || x.stxname,
                            'columns', ARRAY(SELECT a.attname::text FROM pg_attribute a
                                              WHERE a.attrelid = c.oid AND a.attnum = ANY (x.stxkeys) ORDER BY a.attnum)) ORDER BY x.oid)
                     FROM pg_statistic_ext x JOIN pg_namespace sn ON sn.oid = x.stxnamespace
                    WHERE x.stxrelid = c.oid), '[]') AS statistics
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_stat_all_tables st ON st.relid = c.oid
    -- A partitioned table counts nothing itself.
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(pg_stat_get_tuples_inserted(part.oid)), 0)::float8 AS inserted, coalesce(sum(pg_stat_get_tuples_updated(part.oid)), 0)::float8 AS updated,
             coalesce(sum(pg_stat_get_tuples_hot_updated(part.oid)), 0)::float8 AS hot, coalesce(sum(pg_stat_get_tuples_deleted(part.oid)), 0)::float8 AS deleted
        FROM (SELECT c.oid UNION SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf) AS part(oid)) AS written
   WHERE c.oid = to_regclass($1)`;

const COLUMNS = `
  SELECT a.attname AS name,
         format_type(a.atttypid, a.atttypmod) AS type,
         a.attnotnull AND NOT EXISTS (
           SELECT FROM pg_constraint k
            WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated) AS "notNull",
         a.attgenerated <> 'v' AND EXISTS (SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
                  WHERE m.amname = 'btree' AND o.opcdefault
                    AND (o.opcintype = base.oid
                         OR o.opcintype IN (SELECT castto FROM (SELECT c.casttarget AS castto FROM pg_cast c
                                             WHERE c.castsource = base.oid AND c.castmethod = 'b' AND c.castcontext = 'i') binary_cast)
                         OR (base.typtype = 'e' AND o.opcintype = 'anyenum'::regtype)
                         OR (base.typtype = 'r' AND o.opcintype = 'anyrange'::regtype)
                         OR (base.typsubscript = 'array_subscript_handler'::regproc AND o.opcintype = 'anyarray'::regtype))) AS sortable,
         s.n_distinct::float8 AS "distinctValues",
         s.null_frac::float8 AS "nullFraction",
         s.avg_width AS "averageWidth",
         base.typname AS "baseType",
         (SELECT json_build_object(
                   'name', l.collname,
                   'bytewise', CASE l.collprovider
                                 WHEN 'd' THEN d.datlocprovider <> 'i' AND coalesce(d.datlocale, d.datcollate) IN ('C', 'POSIX', 'C.UTF-8')
                                               AND (d.datlocprovider = 'b' OR d.datcollate IN ('C', 'POSIX'))
                                 WHEN 'b' THEN l.colllocale IN ('C', 'C.UTF-8')
                                 WHEN 'c' THEN l.collcollate IN ('C', 'POSIX')
                                 ELSE false END,
                   'deterministic', l.collisdeterministic)
            FROM pg_collation l, pg_database d
           WHERE l.oid = a.attcollation AND d.datname = current_database()) AS collation,
         CASE WHEN a.attgenerated <> '' THEN
           (SELECT json_build_object('expression', pg_get_expr(e.adbin, e.adrelid), 'virtual', a.attgenerated = 'v')
              FROM pg_attrdef e WHERE e.adrelid = a.attrelid AND e.adnum = a.attnum) END AS generated,
         s.correlation::float8 AS correlation,
         coalesce((SELECT json_agg(json_build_object('value', common.value, 'frequency', common.frequency) ORDER BY common.position)
                     FROM unnest(s.most_common_vals::text::text[], s.most_common_freqs) WITH ORDINALITY AS common(value, frequency, position)
                    WHERE common.position <= 100), '[]') AS "commonValues",
         coalesce(s.histogram_bounds::text::text[], '{}') AS histogram
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
    LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND s.inherited = (c.relkind = 'p')
   WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
   ORDER BY a.attnum`;

const INDEXES = `
  SELECT i.indexrelid::int8::float8 AS oid,
         n.nspname AS schema,
         c.relname AS name,
         m.amname AS method,
         (SELECT json_agg(json_build_object(
                   'column', a.attname,
                   'expression', CASE WHEN key.attnum = 0 THEN pg_get_indexdef(i.indexrelid, key.position::int, true) END,
                   'operatorClass', o.opcname,
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
         i.indimmediate AS immediate,
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
