import type { DatabaseCounters } from '../../../pooling/facts.ts';
import type { Session } from '../../session.ts';

/** Whether a session can be told to report what it did; 14 reports twice a second by itself and cannot be told. */
export async function canBeToldToReport(session: Session): Promise<boolean> {
  const [row] = await session.query<{ can: boolean }>(
    `SELECT to_regprocedure('pg_catalog.pg_stat_force_next_flush()') IS NOT NULL AS can`,
  );
  return row?.can === true;
}

/** Transactions of this session that a reading takes. */
export function transactionsOfReading(reports: boolean): number {
  return reports ? 2 : 1;
}

/**
 * What the server has counted for this database, this session's own part up to the reading included. Others report at the
 * end of a statement, and at most once a second while they are busy: a difference over a short while misses what runs.
 * @param reports whether sessions can be told to report; where not, this one's own part comes late, too
 */
export async function readDatabaseCounters(session: Session, reports: boolean): Promise<DatabaseCounters> {
  if (reports) await session.query('SELECT pg_stat_force_next_flush()');
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
