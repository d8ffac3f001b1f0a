import { ZodError } from 'zod';
import { PitstopError } from '../errors.ts';
import type { Check } from '../monitoring/check.ts';
import { statementFor, type Reading, type Unread } from '../monitoring/reading.ts';
import type { MonitoredServer } from '../monitoring/server.ts';
import { isConnectionLoss, isLockTimeout, isStatementTimeout, serverError } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import { loadParser } from '../sql/parse.ts';
import { readMonitoredServer } from './read-server.ts';
import { readVolumes } from './read-volumes.ts';

/** One statement of a check may take this long, and wait this long for a lock that somebody holds on a table. */
const STATEMENT_TIMEOUT_MS = 2_000;
const LOCK_TIMEOUT_MS = 200;

/** The oldest version whose statistics views the checks know. */
const OLDEST = 140_000;

/** The server and what came of each check. */
export interface ReadRound {
  readonly server: MonitoredServer;
  readonly readings: readonly Reading[];
}

interface ReadingHow {
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly signal?: AbortSignal | null;
  /** Of the server's disk, where somebody says it; see `readVolumes`. */
  readonly diskBytes?: number | null;
}

/**
 * Asks everything in one read-only transaction that is rolled back. It keeps no snapshot between the statements, so it
 * holds no vacuum up. What fails goes back to one savepoint, and the next check is asked; only a lost connection ends it.
 */
export async function readChecks(
  session: Session,
  checks: readonly Check[],
  { clock, signal = null, diskBytes = null }: ReadingHow,
): Promise<ReadRound> {
  // Rows with the text of a statement keep it without its constants.
  await loadParser();
  await session.control('BEGIN READ ONLY');
  try {
    // Somebody's view must not answer in the place of the catalog's.
    await session.query(
      `SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('TimeZone', 'UTC', true),
              pg_catalog.set_config('statement_timeout', $1, true), pg_catalog.set_config('lock_timeout', $2, true),
              pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)`,
      [String(STATEMENT_TIMEOUT_MS), String(LOCK_TIMEOUT_MS)],
    );
    const server = await readMonitoredServer(session);
    if (server.versionNumber < OLDEST) throw tooOld(server);
    await session.control('SAVEPOINT pitstop_round');
    const readings: Reading[] = [];
    for (const check of checks) {
      signal?.throwIfAborted();
      readings.push(await readCheck(session, check, server, { clock, diskBytes }));
    }
    // Whoever aborts also cancels the statement that runs, which looks like a failure of it.
    signal?.throwIfAborted();
    return { server, readings };
  } finally {
    await session.control('ROLLBACK').catch(() => undefined);
  }
}

async function readCheck(
  session: Session,
  check: Check,
  server: MonitoredServer,
  { clock, diskBytes }: { readonly clock: () => number; readonly diskBytes: number | null },
): Promise<Reading> {
  const statement = statementFor(check, server);
  if (typeof statement !== 'string') return { check, tookMs: 0, ...statement };
  const began = clock();
  try {
    const answer = await session.query(statement);
    const rows =
      check.needs?.volumes === true ? await readVolumes(session, server, answer, diskBytes) : answer;
    const tookMs = clock() - began;
    return 'state' in rows
      ? { check, tookMs, ...rows }
      : { check, tookMs, state: 'read', rows: check.parse(rows) };
  } catch (error) {
    if (isConnectionLoss(error)) throw error;
    const tookMs = clock() - began;
    if (serverError(error) !== null) await session.control('ROLLBACK TO SAVEPOINT pitstop_round');
    return { check, tookMs, ...reasonOf(error, server) };
  }
}

function tooOld({ versionNumber, database }: MonitoredServer): PitstopError {
  return new PitstopError(
    'server-version-unsupported',
    `the server of ${database} is PostgreSQL ${Math.floor(versionNumber / 10_000)}; monitor reads 14 and newer`,
    { hint: 'Its statistics views are those of 14 and newer.' },
  );
}

/** SQLSTATEs that say: it is there, but not for you, or not yet. */
const NOT_VISIBLE: Readonly<Record<string, (server: MonitoredServer) => string>> = {
  '42501': ({ role }) => `GRANT pg_monitor TO ${role}; where it has that, GRANT what the message names`,
  // An extension older than its files, or whose library is not loaded.
  '42703': () => 'ALTER EXTENSION … UPDATE, where the view is an extension’s',
  '42P01': () => 'CREATE EXTENSION, or ALTER EXTENSION … UPDATE, where the view is an extension’s',
  '42883': () => 'CREATE EXTENSION, or ALTER EXTENSION … UPDATE, where the function is an extension’s',
  '55000': () => 'put the extension into shared_preload_libraries and restart the server',
};

function reasonOf(error: unknown, server: MonitoredServer): Unread {
  if (error instanceof ZodError)
    return {
      state: 'failed',
      message: `the server’s answer is not what the check expects: ${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
      advice: null,
    };
  if (isStatementTimeout(error))
    return { state: 'failed', message: `took longer than ${STATEMENT_TIMEOUT_MS} ms`, advice: null };
  if (isLockTimeout(error))
    return { state: 'failed', message: `waited ${LOCK_TIMEOUT_MS} ms for a lock`, advice: null };
  const said = serverError(error);
  if (said === null) throw error;
  const advice = NOT_VISIBLE[said.code]?.(server) ?? null;
  return { state: advice === null ? 'failed' : 'not-visible', message: said.message, advice };
}
