import { PitstopError } from '../errors.ts';
import type { Session } from './session.ts';

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

/** What is said where sessions of our own are needed and a pooler hands out transactions. */
function transactionPoolerError(): PitstopError {
  return new PitstopError(
    'transaction-pooler',
    'the connection goes through a transaction pooler, which gives every transaction another session',
    { hint: 'Use the direct address of the server (often port 5432 instead of 6432).' },
  );
}

/** Whether something in between answers for the server: it announces another process than the one that works. */
export function isProxied({ announcedPid, backendPid }: Session): boolean {
  return announcedPid !== backendPid;
}

async function pidOf(session: Session): Promise<number | undefined> {
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid;
}
