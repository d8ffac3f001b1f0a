import type { Situation } from './rule.ts';
import { MB } from './units.ts';

/**
 * What the server takes at its start, in bytes, for so many sessions. Fitted to what `postgres -C shared_memory_size`
 * of 18.4 says over 128 MB to 64 GB of `shared_buffers`, 20 to 2,000 sessions, 64 to 1,024 locks and all limits of
 * asynchronous I/O; `test/tuning/starts.test.ts` holds it against the server.
 */
export function sharedMemoryBytes(situation: Pick<Situation, 'number'>, sessions: number): number {
  const buffers = situation.number('shared_buffers', 0);
  const backends =
    sessions +
    situation.number('max_worker_processes', 8) +
    situation.number('autovacuum_worker_slots', situation.number('autovacuum_max_workers', 3)) +
    situation.number('max_wal_senders', 10) +
    situation.number('max_prepared_transactions', 0);
  const perBackend = BYTES_PER_BACKEND + BYTES_PER_LOCK * situation.number('max_locks_per_transaction', 64);
  return Math.ceil(
    FIXED_BYTES +
      buffers * PER_BUFFER_BYTE +
      walBytes(situation, buffers) +
      backends * perBackend +
      asynchronousBytes(situation, buffers, backends + OTHER_PROCESSES),
  );
}

/** The page itself, its descriptor, its place in the lookup table and in the checkpoint's lists. */
const PER_BUFFER_BYTE = 1.0235;
const FIXED_BYTES = 9 * MB;
const BYTES_PER_BACKEND = 20 * 1024;
const BYTES_PER_LOCK = 400;
/** Of the server's own, 32 of them for workers of I/O, whether they run or not. */
const OTHER_PROCESSES = 38;

/** The buffers of the log, a thirty-second of the others up to a segment, and those of transactions. */
function walBytes(situation: Pick<Situation, 'number'>, buffers: number): number {
  const wal = situation.number('wal_buffers', -1);
  const transactions = 3 * Math.min(buffers / 512, 8 * MB);
  return (wal < 0 ? Math.min(buffers / 32, 16 * MB) : wal) + transactions;
}

/**
 * Handles of asynchronous I/O, since 18: each process has `io_max_concurrency`, each for `io_max_combine_limit` blocks.
 * With 500 sessions the greatest limits take 1.8 GB (measured on 18.4).
 */
function asynchronousBytes(situation: Pick<Situation, 'number'>, buffers: number, processes: number): number {
  const combined = situation.number('io_max_combine_limit', 0) / 8192;
  if (combined === 0) return 0;
  const set = situation.number('io_max_concurrency', -1);
  const handles = set >= 0 ? set : Math.max(1, Math.min(64, Math.floor(buffers / 8192 / processes)));
  return processes * handles * (138 + 24 * combined);
}
