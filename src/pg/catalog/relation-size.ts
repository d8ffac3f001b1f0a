/**
 * Rows, bytes and scans of the relation with the oid `$1`: of a partitioned one the sum of its partitions, which alone
 * have storage. A sum with an unknown part is unknown.
 */
export const RELATION_SIZE = `
  SELECT i.identity,
         CASE WHEN bool_and(p.reltuples >= 0) AND c.relkind IN ('r', 'm', 'p', 't', 'f') THEN sum(p.reltuples)::float8 END AS rows,
         CASE WHEN c.relkind IN ('r', 'm', 'p', 't', 'i', 'I', 'S') THEN coalesce(sum(pg_total_relation_size(p.oid)), 0)::float8 END AS "sizeBytes",
         CASE WHEN c.relkind IN ('r', 'm', 'p', 't') THEN coalesce(sum(pg_table_size(p.oid)), 0)::float8 END AS "heapBytes",
         CASE WHEN c.relkind IN ('r', 'm', 'p', 't')
              THEN coalesce(sum((SELECT count(*) FROM pg_index x WHERE x.indrelid = p.oid)), 0)::float8 END AS indexes,
         CASE WHEN c.relkind IN ('i', 'I') THEN sum(pg_stat_get_numscans(p.oid))::float8
              WHEN c.relkind IN ('r', 'm', 'p', 't')
              THEN sum(pg_stat_get_numscans(p.oid) + (SELECT coalesce(sum(pg_stat_get_numscans(x.indexrelid)), 0) FROM pg_index x WHERE x.indrelid = p.oid))::float8
         END AS scans,
         (SELECT to_char(d.stats_reset AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM pg_stat_database d WHERE d.datname = current_database()) AS "scansSince"
    FROM pg_class c
    CROSS JOIN LATERAL pg_identify_object('pg_class'::regclass, c.oid, 0) i
    LEFT JOIN LATERAL (
           SELECT leaf.oid, leaf.reltuples FROM pg_partition_tree(c.oid) t JOIN pg_class leaf ON leaf.oid = t.relid
            WHERE c.relkind IN ('p', 'I') AND t.isleaf AND leaf.relkind NOT IN ('p', 'I')
           UNION ALL SELECT c.oid, c.reltuples WHERE c.relkind NOT IN ('p', 'I')) p ON true
   WHERE c.oid = $1::oid
   GROUP BY c.oid, c.relkind, i.identity`;
