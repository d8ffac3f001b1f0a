import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck, type Draft } from '../check.ts';
import type { Past, Sample } from '../sample.ts';
import { formatBytes, formatSpan } from '../words.ts';

const DAY = 86_400;

/**
 * Indexes without a scan for as long as the server can tell: since the statistics began (a crash loses those of the
 * database without saying so, but then those of the background writer say when) or since the last scan, which is known
 * from 16 on. Nothing that vouches for uniqueness, a constraint or a replica identity is unused. Those of partitions count
 * together.
 */
function unused(lastScan: string): string {
  return `
  SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS index, r.indrelid::regclass::text AS "table", u.bytes,
         extract(epoch FROM clock_timestamp() - greatest(
           (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),
           (SELECT stats_reset FROM pg_stat_bgwriter), u.last_scan))::float8 AS seconds,
         u.last_scan IS NOT NULL AS scanned
    FROM (SELECT coalesce(pg_partition_root(i.indexrelid), i.indexrelid) AS id,
                 sum(c.relpages) * current_setting('block_size')::float8 AS bytes,
                 sum(s.idx_scan) AS scans, max(${lastScan}) AS last_scan
            FROM pg_stat_user_indexes s
            JOIN pg_index i ON i.indexrelid = s.indexrelid
            JOIN pg_class c ON c.oid = i.indexrelid
           WHERE i.indisvalid
           GROUP BY 1) AS u
    JOIN pg_class c ON c.oid = u.id
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_index r ON r.indexrelid = u.id
   WHERE (u.scans = 0 OR u.last_scan < clock_timestamp() - interval '1 day') AND u.bytes >= 10 * 1024 ^ 2
     AND NOT r.indisunique AND NOT r.indisreplident
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = r.indexrelid)
   ORDER BY u.last_scan NULLS FIRST, u.bytes DESC
   LIMIT 100`;
}

const ROW = z.object({
  index: z.string(),
  table: z.string(),
  bytes: z.number(),
  seconds: z.number(),
  scanned: z.boolean(),
});
type Row = z.infer<typeof ROW>;

export const unusedIndexes = defineCheck({
  name: 'unused-indexes',
  area: 'indexes',
  summary: 'days that an index of more than 10 MB has not been used on this server',
  advice:
    'look whether a standby uses it, then DROP INDEX CONCURRENTLY; each write pays for it, and so does the cache',
  scope: 'database',
  unit: 'days',
  threshold: {
    warning: 35,
    critical: null,
    direction: 'above',
    source:
      'pghero: no scans and at least 10 MB, over any time; postgres-mcp and pg-extras up to 50 scans; a report that runs once a month uses its index within 35 days',
  },
  standsFor: CATALOG_SECONDS,
  sql: [
    { from: 14, sql: unused('NULL::timestamptz') },
    { from: 16, sql: unused('s.last_idx_scan') },
  ],
  row: ROW,
  remembers: 'series',
  metrics: [
    {
      name: 'index_unused_bytes',
      help: 'Size of an index that is used seldom or not at all',
      type: 'gauge',
      labels: { index: ({ index }) => index },
      value: ({ bytes }) => bytes,
    },
  ],
  observe: (sample) => sample.rows.map((row) => observeOne(row, sample)),
});

function observeOne(row: Row, { history, server }: Sample<Row>): Draft {
  const { index, table, bytes, scanned } = row;
  const younger = appearedAfter(index, history);
  const seconds = younger === null ? row.seconds : Math.min(row.seconds, server.at - younger);
  const since = scanned ? 'was last scanned' : 'has not been scanned in';
  return {
    subject: index,
    value: seconds / DAY,
    message: `${index} of ${table} (${formatBytes(bytes)}) ${since} ${formatSpan(seconds)}${scanned ? ' ago' : ''} on this server`,
  };
}

/** When we last looked without seeing it: it is younger than that, whatever the server’s statistics are. */
function appearedAfter(index: string, history: readonly Past<Row>[]): number | null {
  const first = history.findIndex(({ rows }) => rows.some((row) => row.index === index));
  return history[first - 1]?.at ?? null;
}
