import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { formatBytes, formatCounted } from '../words.ts';

/**
 * `spare` could go, since `kept` answers all that it answers: it has the same keys, or begins with them. Nothing that a
 * constraint, a replica identity or, unless the other one is, a unique index rests on is spare. Of two alike the younger
 * one is. Indexes of partitions go with that of the whole table. A slice of an array begins with 1, whatever it was cut from;
 * `indnullsnotdistinct` came with 15.
 */
const SQL = `
  WITH candidate AS MATERIALIZED (
    SELECT i.indexrelid AS id, i.indrelid AS of_table, c.relam AS method, i.indnkeyatts AS keys, i.indnatts AS columns,
           i.indisunique AS is_unique, i.indimmediate AS immediate,
           to_jsonb(i) -> 'indnullsnotdistinct' AS nulls,
           i.indkey::text || ' ' AS keyed_by, (i.indkey::int2[])[0:i.indnkeyatts - 1] AS key_columns,
           (i.indclass::oid[])[0:i.indnkeyatts - 1] AS classes, (i.indcollation::oid[])[0:i.indnkeyatts - 1] AS collations,
           (i.indoption::int2[])[0:i.indnkeyatts - 1] AS options,
           coalesce(pg_get_expr(i.indexprs, i.indrelid), '') AS expressions,
           coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate,
           i.indisreplident OR EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) AS needed,
           quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE i.indisvalid AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%'),
  pair AS (
    SELECT DISTINCT ON (spare.id) spare.id, spare.name AS index, spare.of_table, kept.name AS kept,
           spare.keys = kept.keys AS equal
      FROM candidate spare
      JOIN candidate kept ON kept.of_table = spare.of_table AND kept.id <> spare.id AND kept.method = spare.method
                         AND kept.predicate = spare.predicate AND kept.expressions = spare.expressions
                         AND kept.key_columns[1:spare.keys] = spare.key_columns
                         AND kept.classes[1:spare.keys] = spare.classes
                         AND kept.collations[1:spare.keys] = spare.collations
                         AND kept.options[1:spare.keys] = spare.options
     WHERE NOT spare.needed
       AND CASE WHEN spare.keys = kept.keys
                THEN kept.keyed_by LIKE spare.keyed_by || '%'
                     AND (NOT spare.is_unique
                          OR kept.is_unique AND kept.immediate AND kept.nulls IS NOT DISTINCT FROM spare.nulls)
                     AND (kept.columns > spare.columns OR kept.needed OR kept.is_unique AND NOT spare.is_unique
                          OR kept.id < spare.id)
                ELSE spare.method = (SELECT oid FROM pg_am WHERE amname = 'btree') AND NOT spare.is_unique
                     AND spare.columns = spare.keys AND spare.expressions = ''
           END
     ORDER BY spare.id, spare.keys = kept.keys DESC, kept.id)
  SELECT p.index, p.kept, p.equal, p.of_table::regclass::text AS "table", s.bytes, s.scans
    FROM pair p
    JOIN pg_class c ON c.oid = p.id
   CROSS JOIN LATERAL (
         SELECT sum(part.relpages) * current_setting('block_size')::float8 AS bytes,
                sum(pg_stat_get_numscans(part.oid))::float8 AS scans
           FROM (SELECT c.oid, c.relpages WHERE c.relkind = 'i'
                 UNION ALL
                 SELECT leaf.oid, leaf.relpages
                   FROM pg_partition_tree(CASE c.relkind WHEN 'I' THEN c.oid END) AS tree
                   JOIN pg_class leaf ON leaf.oid = tree.relid) AS part) AS s
   ORDER BY s.bytes DESC, p.id
   LIMIT 100`;

export const duplicateIndexes = defineCheck({
  name: 'duplicate-indexes',
  area: 'indexes',
  summary: 'size of indexes that another index of the same table makes superfluous',
  advice: 'drop it: DROP INDEX CONCURRENTLY; an item of a task file that names it has that judged and proven',
  scope: 'database',
  unit: 'bytes',
  threshold: {
    warning: 1_024 ** 2,
    critical: null,
    direction: 'above',
    source:
      'pghero, postgres-checkup and pg-index-health name any; from 1 MB on (pg-extras’ mark for unused indexes) here',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    index: z.string(),
    kept: z.string(),
    equal: z.boolean(),
    table: z.string(),
    bytes: z.number(),
    scans: z.number(),
  }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ index, kept, equal, table, bytes, scans }) => ({
      subject: index,
      value: bytes,
      message: `${index} of ${table} (${formatBytes(bytes)}, ${formatCounted(scans, 'scan')}) ${equal ? 'has the same keys as' : 'is the beginning of'} ${kept}`,
    })),
});
