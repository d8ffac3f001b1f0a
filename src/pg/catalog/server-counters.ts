import type { ServerCounters } from '../../measure/servers/counters.ts';
import type { Session } from '../session.ts';

/**
 * What the server has counted until now. Sessions hand their counts over at most once a second, or when they are asked to:
 * see `handOverCounts`.
 * @param database whose blocks, temporary files and workers are counted; the rest is of the whole server
 */
export async function readServerCounters(session: Session, database: string): Promise<ServerCounters> {
  await session.query('SELECT pg_stat_clear_snapshot()');
  const [row] = await session.query<ServerCounters>(
    `SELECT d.blks_hit::float8 AS "blocksHit", d.blks_read::float8 AS "blocksRead",
            (SELECT coalesce(sum(evictions), 0)::float8 FROM pg_stat_io
              WHERE object = 'relation' AND backend_type IN ('client backend', 'background worker')) AS evictions,
            d.temp_files::float8 AS "tempFiles", d.temp_bytes::float8 AS "tempBytes",
            w.wal_bytes::float8 AS "walBytes", w.wal_records::float8 AS "walRecords", w.wal_fpi::float8 AS "walImages",
            w.wal_buffers_full::float8 AS "walBuffersFull",
            c.num_requested::float8 AS "checkpointsRequested", c.num_timed::float8 AS "checkpointsTimed",
            d.parallel_workers_to_launch::float8 AS "parallelWorkersPlanned",
            d.parallel_workers_launched::float8 AS "parallelWorkersLaunched"
       FROM pg_stat_database d, pg_stat_wal w, pg_stat_checkpointer c WHERE d.datname = $1`,
    [database],
  );
  if (row === undefined) throw new Error(`pg_stat_database has no row for ${database}`);
  return row;
}

/** Makes a session hand over what it has counted, at the end of this statement. */
export async function handOverCounts(session: Session): Promise<void> {
  await session.query('SELECT pg_stat_force_next_flush()');
}
