import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { formatBytes, formatCount } from '../words.ts';

/**
 * A unique index on columns that are never NULL tells rows apart as well. Of a partitioned table the whole counts; what
 * extensions keep is theirs.
 */
const SQL = `
  SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS "table", s.bytes, s.rows
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
   CROSS JOIN LATERAL (
         SELECT coalesce(sum(part.relpages), 0) * current_setting('block_size')::float8 AS bytes,
                coalesce(sum(greatest(part.reltuples, 0)), 0)::float8 AS rows
           FROM (SELECT c.relpages, c.reltuples WHERE c.relkind = 'r'
                 UNION ALL
                 SELECT leaf.relpages, leaf.reltuples
                   FROM pg_partition_tree(CASE c.relkind WHEN 'p' THEN c.oid END) AS tree
                   JOIN pg_class leaf ON leaf.oid = tree.relid AND tree.isleaf) AS part) AS s
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
     AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_depend e
                      WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
     AND NOT EXISTS (SELECT FROM pg_index i
                      WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
                        AND i.indpred IS NULL AND i.indexprs IS NULL
                        AND NOT EXISTS (SELECT FROM pg_attribute a
                                         WHERE a.attrelid = c.oid AND NOT a.attnotnull
                                           AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])))
   ORDER BY s.bytes DESC, c.oid
   LIMIT 100`;

export const tablesWithoutPrimaryKey = defineCheck({
  name: 'tables-without-primary-key',
  area: 'tables',
  summary: 'size of tables in which nothing tells one row from another',
  advice:
    'add a primary key: build its unique index CONCURRENTLY, then ALTER TABLE … ADD PRIMARY KEY USING INDEX; without one logical replication cannot apply updates, and duplicates cannot be told apart',
  scope: 'database',
  unit: 'bytes',
  threshold: {
    warning: 8_192,
    critical: null,
    direction: 'above',
    source: 'pg-index-health finds any; one that holds nothing, not even a page, is left alone',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ table: z.string(), bytes: z.number(), rows: z.number() }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows: tables }) =>
    tables.map(({ table, bytes, rows }) => ({
      subject: table,
      value: bytes,
      message: `${table} (${formatBytes(bytes)}, about ${formatCount(rows)} rows) has neither a primary key nor a unique index on columns that are NOT NULL`,
    })),
});
