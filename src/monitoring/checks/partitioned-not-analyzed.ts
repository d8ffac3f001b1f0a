import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { formatCount } from '../words.ts';

/** Of the whole's partitions only the leaves have rows; of a whole that was never analyzed `reltuples` is -1, from 14 on. */
const SQL = `
  SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS "table", leaves.count::float8 AS partitions,
         leaves.live::float8 AS live
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
   CROSS JOIN LATERAL (
         SELECT count(*) AS count, coalesce(sum(pg_stat_get_live_tuples(t.relid)), 0) AS live
           FROM pg_partition_tree(c.oid) AS t WHERE t.isleaf) AS leaves
   WHERE c.relkind = 'p' AND NOT c.relispartition AND leaves.live > 0
     AND c.reltuples < 0
   ORDER BY leaves.live DESC, c.oid
   LIMIT 50`;

export const partitionedNotAnalyzed = defineCheck({
  name: 'partitioned-not-analyzed',
  area: 'vacuum',
  summary: 'rows of a partitioned table whose whole was never analyzed, which autovacuum does not do',
  advice:
    'ANALYZE ONLY the partitioned table (before 18: ANALYZE) after loading and by a job, for example every night; joins and groups over several partitions are planned by it',
  scope: 'database',
  unit: 'count',
  threshold: {
    warning: 10_000,
    critical: null,
    direction: 'above',
    source:
      'a plan for fewer rows is cheap whatever it is; autovacuum analyzes partitions only (PostgreSQL documentation)',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ table: z.string(), partitions: z.number(), live: z.number() }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ table, partitions, live }) => ({
      subject: table,
      value: live,
      message: `${table} has no statistics as a whole; ${formatCount(live)} rows are in ${formatCount(partitions)} partition${partitions === 1 ? '' : 's'}`,
    })),
});
