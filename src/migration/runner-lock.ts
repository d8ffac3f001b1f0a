import { setTimeout as pause } from 'node:timers/promises';
import { PitstopError } from '../errors.ts';
import type { Session } from '../pg/session.ts';

/** `pitstop` in ASCII: one runner per database, as advisory locks are per database. */
const LOCK_KEY = '0x70697473746f70';

/**
 * Holds the runner's lock for as long as the session lives. Polls: a session that waits inside
 * `pg_advisory_lock` holds a snapshot, and a concurrent index build would wait for that snapshot for ever.
 */
export async function takeRunnerLock(
  session: Session,
  patienceMs: number,
  clock: () => number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock() + patienceMs;
  const key = BigInt(LOCK_KEY).toString();
  for (;;) {
    const [row] = await session.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1::bigint) AS locked',
      [key],
    );
    if (row?.locked === true) return;
    if (clock() >= deadline) {
      throw new PitstopError('runner-busy', 'another pitstop run is at work on this database', {
        hint: 'Wait until it has finished; the lock goes with its connection.',
      });
    }
    await pause(200, undefined, { signal });
  }
}
