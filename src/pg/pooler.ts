import { PitstopError } from '../errors.ts';
import { withSession, type Session } from './session.ts';
import type { Target } from './target.ts';

/** What stands between us and the server, as far as two sessions can tell. */
type PoolerBetween = 'none' | 'session' | 'transaction';

/**
 * A pooler that gives every transaction another session shows by two sessions that share a backend, or by one whose
 * backend changes. A proxy that keeps one backend for each session (PgBouncer in session mode) does no harm.
 */
async function poolerBetween(first: Session, second: Session): Promise<PoolerBetween> {
  if (first.backendPid === second.backendPid) return 'transaction';
  if (![first, second].some(isProxied)) return 'none';
  await second.control('BEGIN');
  try {
    const changes = (await pidOf(second)) !== second.backendPid || (await pidOf(first)) !== first.backendPid;
    return changes ? 'transaction' : 'session';
  } finally {
    await second.control('ROLLBACK');
  }
}

/** Whether locks and settings of a session would not hold. */
export async function isBehindTransactionPooler(first: Session, second: Session): Promise<boolean> {
  return (await poolerBetween(first, second)) === 'transaction';
}

/** @throws PitstopError `transaction-pooler` where sessions are not one's own: nothing here works without them */
export async function requireSession(first: Session, second: Session): Promise<void> {
  if (await isBehindTransactionPooler(first, second)) throw transactionPoolerError();
}

/**
 * Opens a session, and looks whether it is one: what a server says of itself through a transaction pooler is said by a
 * session that changes from one statement to the next.
 * @param use `proxied`: whether a pooler in session mode, or something else that does no harm, stands in between
 * @throws PitstopError `transaction-pooler`
 */
export async function withOwnSession<T>(
  target: Target,
  purpose: string,
  signal: AbortSignal,
  use: (session: Session, proxied: boolean) => Promise<T>,
): Promise<T> {
  return withSession(target, purpose, signal, async (session) => {
    // Nothing in between announces the process that works, so that one session tells; the second one tells the modes apart.
    const proxied = isProxied(session);
    if (proxied) await withSession(target, purpose, signal, (other) => requireSession(session, other));
    return use(session, proxied);
  });
}

/** What is said where sessions of our own are needed and a pooler hands out transactions. */
function transactionPoolerError(): PitstopError {
  return new PitstopError(
    'transaction-pooler',
    'the connection goes through a transaction pooler, which gives every transaction another session',
    { hint: 'Use the direct address of the server (often port 5432 instead of 6432).' },
  );
}

/** Whether something in between answers for the server: it announces another process than the one that works. */
function isProxied({ announcedPid, backendPid }: Session): boolean {
  return announcedPid !== backendPid;
}

async function pidOf(session: Session): Promise<number | undefined> {
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid;
}
