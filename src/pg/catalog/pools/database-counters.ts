import type { DatabaseCounters } from '../../../pooling/facts.ts';
import type { Session } from '../../session.ts';

/** Transactions of this session that a reading takes. */
export const TRANSACTIONS_OF_A_READING = 2;

/**
 * What the server has counted for this database, this session's own part up to the reading included. Others report at the
 * end of a statement, and at most once a second while they are busy: a difference over a short while misses what runs.
 */
export async function readDatabaseCounters(session: Session): Promise<DatabaseCounters> {
  await session.query('SELECT pg_stat_force_next_flush()');
  const [row] = await session.query<DatabaseCounters>(
    `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "atMs",
            (xact_commit + xact_rollback)::float8 AS transactions,
            active_time AS "activeMs",
            idle_in_transaction_time AS "idleInTransactionMs",
            sessions::float8 AS sessions,
            blks_hit::float8 AS "blocksHit",
            blks_read::float8 AS "blocksRead",
            stats_reset::text AS "resetAt"
       FROM pg_stat_database WHERE datname = current_database()`,
  );
  if (row === undefined) throw new Error('pg_stat_database has no row for the current database');
  return row;
}
