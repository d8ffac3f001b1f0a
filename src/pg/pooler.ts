import { PitstopError } from '../errors.ts';
import type { Session } from './session.ts';

/**
 * Whether a transaction pooler stands in between: two sessions that share a backend, or a session whose backend
 * changes. A proxy that keeps one backend for each session (PgBouncer in session mode) does no harm.
 */
export async function isBehindTransactionPooler(first: Session, second: Session): Promise<boolean> {
  if (first.backendPid === second.backendPid) return true;
  if (![first, second].some(isProxied)) return false;
  await second.control('BEGIN');
  try {
    return (await pidOf(second)) !== second.backendPid || (await pidOf(first)) !== first.backendPid;
  } finally {
    await second.control('ROLLBACK');
  }
}

/** What is said where sessions of our own are needed and a pooler hands out transactions. */
export function transactionPoolerError(): PitstopError {
  return new PitstopError(
    'transaction-pooler',
    'the connection goes through a transaction pooler, which gives every transaction another session',
    {
      hint: 'Use the direct address of the server (often port 5432 instead of 6432).',
    },
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
