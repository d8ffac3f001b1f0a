import type { Session } from '../session.ts';

export interface BuildProgress {
  /** In the server's words: `waiting for old snapshots`. */
  readonly phase: string;
  /** Sessions that it waits for, for people. */
  readonly waitsFor: readonly string[];
}

/** How far the index build of a backend is; null where it builds none. */
export async function readBuildProgress(session: Session, pid: number): Promise<BuildProgress | null> {
  const [row] = await session.query<BuildProgress>(
    `SELECT p.phase,
            ARRAY(SELECT format('pid %s (%s, %s for %s s)', a.pid, a.application_name, a.state,
                                round(extract(epoch FROM clock_timestamp() - a.xact_start)))
                    FROM pg_stat_activity a
                   WHERE a.pid = p.current_locker_pid OR a.pid = ANY (pg_blocking_pids(p.pid))) AS "waitsFor"
       FROM pg_stat_progress_create_index p WHERE p.pid = $1`,
    [pid],
  );
  return row ?? null;
}

/** The index that a backend is building right now, once its entry in the catalog is committed; else null. */
export async function readIndexBeingBuilt(
  session: Session,
  pid: number,
): Promise<{
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
} | null> {
  const [row] = await session.query<{ oid: number; schema: string; name: string; definition: string }>(
    `SELECT c.oid::int8::float8 AS oid, n.nspname AS schema, c.relname AS name, pg_get_indexdef(c.oid) AS definition
       FROM pg_stat_progress_create_index p
       JOIN pg_class c ON c.oid = p.index_relid
       JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE p.pid = $1 AND p.command = 'CREATE INDEX CONCURRENTLY'`,
    [pid],
  );
  return row ?? null;
}
