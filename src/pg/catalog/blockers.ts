import type { Session } from '../session.ts';

/** A session in the way: what it is, for people; never its query text, which may hold secrets. */
export interface Blocker {
  readonly pid: number;
  readonly application: string;
  readonly state: string;
  /** Null where the role may not be shown it. */
  readonly seconds: number | null;
}

/** Sessions that wait for a lock on the relation right now. */
export async function readWaiters(session: Session, relationOid: number): Promise<Blocker[]> {
  return session.query<Blocker>(
    `SELECT a.pid, coalesce(a.application_name, '') AS application, coalesce(a.state, '') AS state,
            extract(epoch FROM clock_timestamp() - a.query_start)::float8 AS seconds
       FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.relation = $1::oid AND NOT l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [relationOid],
  );
}

/** Sessions that hold a lock on the relation which excludes an index build. */
export async function readLockHolders(session: Session, relationOid: number): Promise<Blocker[]> {
  return session.query<Blocker>(
    `SELECT DISTINCT a.pid, coalesce(a.application_name, '') AS application, coalesce(a.state, '') AS state,
            extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds
       FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.relation = $1::oid AND l.granted AND a.pid <> pg_backend_pid()
        AND l.mode IN ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`,
    [relationOid],
  );
}

/** Sessions of this database that hold a snapshot open, oldest first. */
export async function readOldSnapshots(session: Session): Promise<Blocker[]> {
  return session.query<Blocker>(
    `SELECT pid, coalesce(application_name, '') AS application, coalesce(state, '') AS state,
            extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
       FROM pg_stat_activity
      WHERE datname = current_database() AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
        AND application_name NOT LIKE 'pitstop %' AND backend_type = 'client backend'
      ORDER BY xact_start`,
  );
}

/** Sessions for which a backend waits right now, for a lock that they hold or wait for before it. */
export async function readBlockersOf(session: Session, pid: number): Promise<Blocker[]> {
  return session.query<Blocker>(
    `SELECT pid, coalesce(application_name, '') AS application, coalesce(state, '') AS state,
            extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
       FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1)) ORDER BY xact_start`,
    [pid],
  );
}

/** `pid 4711 (psql), idle in transaction, for 90 s`, one after the other; empty where there is none. */
export function blockersText(blockers: readonly Blocker[]): string {
  return blockers
    .map(({ pid, application, state, seconds }) =>
      [
        `pid ${pid}${application ? ` (${application})` : ''}`,
        state,
        seconds === null ? '' : `for ${Math.round(seconds)} s`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    )
    .join('; ');
}
