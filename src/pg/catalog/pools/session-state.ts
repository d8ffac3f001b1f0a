import type { Session } from '../../session.ts';

/** What sessions of this database hold right now that outlives their transaction. */
export interface SessionState {
  /** Sessions that have temporary tables. */
  readonly withTemporaryTables: number;
  /** Sessions that hold an advisory lock and no transaction; null where what they do may not be seen. */
  readonly withAdvisoryLocks: number | null;
}

/**
 * Only what the server shows of other sessions. Prepared statements, cursors and channels that are listened to are shown
 * to their own session alone (`pg_prepared_statements`, `pg_cursors`, `pg_listening_channels()`), so of those nothing is
 * said here: the statements that made them tell.
 */
export async function readSessionState(session: Session): Promise<SessionState> {
  const [row] = await session.query<SessionState>(
    `SELECT (SELECT count(DISTINCT relnamespace)::int FROM pg_class
              WHERE relpersistence = 't' AND relkind IN ('r', 'p', 'v', 'S')) AS "withTemporaryTables",
            (SELECT CASE WHEN bool_or(a.state IS NULL) THEN NULL
                         ELSE count(DISTINCT l.pid) FILTER (WHERE a.state = 'idle')::int END
               FROM pg_locks l JOIN pg_stat_activity a USING (pid)
              WHERE l.locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND coalesce(a.application_name, '') NOT LIKE 'pitstop %') AS "withAdvisoryLocks"`,
  );
  if (row === undefined) throw new Error('pg_locks did not answer');
  return row;
}
