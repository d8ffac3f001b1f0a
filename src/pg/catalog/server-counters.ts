import type { ServerCounters } from '../../measure/servers/counters.ts';
import type { Session } from '../session.ts';

/** Where a counter stands from a major version on; before the first of its variants it is not counted, and 0. */
type Variants = readonly { readonly from: number; readonly sql: string }[];

const EVICTIONS: Variants = [
  {
    from: 16,
    sql: `(SELECT coalesce(sum(evictions), 0)::float8 FROM pg_stat_io
            WHERE object = 'relation' AND backend_type IN ('client backend', 'background worker'))`,
  },
];

const checkpoints = (before17: string, since17: string): Variants => [
  { from: 14, sql: `(SELECT ${before17}::float8 FROM pg_stat_bgwriter)` },
  { from: 17, sql: `(SELECT ${since17}::float8 FROM pg_stat_checkpointer)` },
];

/** Counters that not every version has in the same place. */
const MOVED = {
  evictions: EVICTIONS,
  checkpointsRequested: checkpoints('checkpoints_req', 'num_requested'),
  checkpointsTimed: checkpoints('checkpoints_timed', 'num_timed'),
  parallelWorkersPlanned: [{ from: 18, sql: 'd.parallel_workers_to_launch::float8' }],
  parallelWorkersLaunched: [{ from: 18, sql: 'd.parallel_workers_launched::float8' }],
} as const satisfies Partial<Record<keyof ServerCounters, Variants>>;

/**
 * What the server has counted until now. Sessions hand their counts over at most once a second, or when they are asked to:
 * see `handOverCounts`. What a version before 18 does not count is 0.
 * @param database whose blocks, temporary files and workers are counted; the rest is of the whole server
 */
export async function readServerCounters(session: Session, database: string): Promise<ServerCounters> {
  const [server] = await session.query<{ major: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major, pg_stat_clear_snapshot()::text`,
  );
  const major = server?.major ?? 0;
  const moved = Object.entries(MOVED).map(
    ([name, variants]: [string, Variants]) =>
      `${variants.findLast(({ from }) => from <= major)?.sql ?? '0::float8'} AS "${name}"`,
  );
  const [row] = await session.query<ServerCounters>(
    `SELECT d.blks_hit::float8 AS "blocksHit", d.blks_read::float8 AS "blocksRead",
            d.temp_files::float8 AS "tempFiles", d.temp_bytes::float8 AS "tempBytes",
            w.wal_bytes::float8 AS "walBytes", w.wal_records::float8 AS "walRecords", w.wal_fpi::float8 AS "walImages",
            w.wal_buffers_full::float8 AS "walBuffersFull",
            ${moved.join(',\n            ')}
       FROM pg_stat_database d, pg_stat_wal w WHERE d.datname = $1`,
    [database],
  );
  if (row === undefined) throw new Error(`pg_stat_database has no row for ${database}`);
  return row;
}

/** Makes a session hand over what it has counted, at the end of this statement. */
export async function handOverCounts(session: Session): Promise<void> {
  await session.query('SELECT pg_stat_force_next_flush()');
}
