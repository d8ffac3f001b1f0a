import type { Session } from './session.ts';

/**
 * Whether a transaction pooler stands in between: two sessions that share a backend, or a session whose backend
 * changes. A proxy that keeps one backend for each session (PgBouncer in session mode) does no harm.
 */
export async function isBehindTransactionPooler(first: Session, second: Session): Promise<boolean> {
  if (first.backendPid === second.backendPid) return true;
  const proxied = [first, second].some((session) => session.announcedPid !== session.backendPid);
  if (!proxied) return false;
  await second.control('BEGIN');
  try {
    return (await pidOf(second)) !== second.backendPid || (await pidOf(first)) !== first.backendPid;
  } finally {
    await second.control('ROLLBACK');
  }
}

async function pidOf(session: Session): Promise<number | undefined> {
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid;
}
