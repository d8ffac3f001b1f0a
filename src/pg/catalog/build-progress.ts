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
