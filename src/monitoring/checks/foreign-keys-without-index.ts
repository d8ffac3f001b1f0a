import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { formatBytes, formatCounted } from '../words.ts';

/**
 * An index helps where its first columns are those of the key, in any order. One that leaves out NULLs helps too, since a
 * NULL references nothing. Of partitioned tables the whole counts.
 */
const SQL = `
  SELECT quote_ident(n.nspname) || '.' || quote_ident(t.relname) AS "table", quote_ident(k.conname) AS "constraint",
         k.confrelid::regclass::text AS referenced, s.bytes, coalesce(r.n_tup_del + r.n_tup_upd, 0)::float8 AS changes,
         (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.place)
            FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, place)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum) AS columns
    FROM pg_constraint k
    JOIN pg_class t ON t.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    LEFT JOIN pg_stat_user_tables r ON r.relid = k.confrelid
   CROSS JOIN LATERAL (
         SELECT coalesce(sum(part.relpages), 0) * current_setting('block_size')::float8 AS bytes
           FROM (SELECT t.relpages WHERE t.relkind = 'r'
                 UNION ALL
                 SELECT leaf.relpages
                   FROM pg_partition_tree(CASE t.relkind WHEN 'p' THEN t.oid END) AS tree
                   JOIN pg_class leaf ON leaf.oid = tree.relid AND tree.isleaf) AS part) AS s
   WHERE k.contype = 'f' AND k.conparentid = 0
     AND NOT EXISTS (
         SELECT FROM pg_index i
           JOIN pg_class ic ON ic.oid = i.indexrelid
           JOIN pg_am am ON am.oid = ic.relam AND am.amname IN ('btree', 'hash')
          WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indnkeyatts >= cardinality(k.conkey)
            AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
            AND (i.indpred IS NULL
                 OR cardinality(k.conkey) = 1
                    AND pg_get_expr(i.indpred, i.indrelid)
                        = (SELECT '(' || quote_ident(attname) || ' IS NOT NULL)' FROM pg_attribute
                            WHERE attrelid = k.conrelid AND attnum = k.conkey[1])))
   ORDER BY s.bytes DESC, k.oid
   LIMIT 100`;

export const foreignKeysWithoutIndex = defineCheck({
  name: 'foreign-keys-without-index',
  area: 'indexes',
  summary: 'size of tables that are read whole for each row that goes from a table they reference',
  advice:
    'CREATE INDEX CONCURRENTLY on the referencing columns; where the referenced rows never go, leave it',
  scope: 'database',
  unit: 'bytes',
  threshold: {
    warning: 10 * 1_024 ** 2,
    critical: null,
    direction: 'above',
    source:
      'pg-index-health finds any; below 10 MB (pghero’s mark for indexes) the scan takes a few milliseconds, which nobody notices',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    table: z.string(),
    constraint: z.string(),
    referenced: z.string(),
    bytes: z.number(),
    changes: z.number(),
    columns: z.string(),
  }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ table, constraint, referenced, bytes, changes, columns }) => ({
      subject: `${table} ${constraint}`,
      value: bytes,
      message: `${table} (${formatBytes(bytes)}) references ${referenced} with ${columns}, which no index begins with; ${formatCounted(changes, 'row')} there were deleted or updated since the statistics were reset`,
    })),
});
