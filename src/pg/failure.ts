import pg from 'pg';
import { PitstopError } from '../errors.ts';

/** The SQLSTATE of a server's error, or null for anything else. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** What the server said, or null for anything that is not its error. */
export function serverError(error: unknown): ServerError | null {
  if (!(error instanceof pg.DatabaseError)) return null;
  const { code = '', message, hint = null, position } = error;
  return { code, message, hint, position: position === undefined ? null : Number(position) };
}

export interface ServerError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** 1-based, in characters of the text that was sent; null where the server names none. */
  readonly position: number | null;
}

export const SQLSTATE = {
  readOnlyTransaction: '25006',
  queryCanceled: '57014',
  lockNotAvailable: '55P03',
  deadlock: '40P01',
  serializationFailure: '40001',
  uniqueViolation: '23505',
  duplicateTable: '42P07',
  insufficientPrivilege: '42501',
  undefinedTable: '42P01',
  undefinedColumn: '42703',
  diskFull: '53100',
  /** Such as a value that is too long for an entry of an index. */
  programLimit: '54000',
} as const;

/** Whether a row with that key was there already: somebody was faster. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === SQLSTATE.uniqueViolation;
}

/** Whether a relation was not created because there is one of that name. */
export function isNameTaken(error: unknown): boolean {
  return sqlState(error) === SQLSTATE.duplicateTable;
}

/** Whether a lock was waited for as long as `lock_timeout` allows. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === SQLSTATE.lockNotAvailable;
}

/** Whether the same transaction may well succeed if it is tried again: it waited for a lock, or met another one. */
export function isWorthRetrying(error: unknown): boolean {
  const state = sqlState(error);
  return (
    state === SQLSTATE.lockNotAvailable ||
    state === SQLSTATE.deadlock ||
    state === SQLSTATE.serializationFailure
  );
}

/**
 * Whether a statement outside a transaction may have left something behind although it failed: it was stopped on its
 * way, and not refused at its start (measured: cancelled concurrent statements leave invalid indexes and half-detached
 * partitions).
 */
export function mayHaveBegun(error: unknown): boolean {
  const state = sqlState(error);
  return state === null || /^(?:57|55P03|40|25P|53|58|XX|23)/.test(state);
}

/** Whether the server stopped the statement because of `statement_timeout`, and not because somebody cancelled it. */
export function isStatementTimeout(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === SQLSTATE.queryCanceled &&
    /statement timeout/.test(error.message)
  );
}

/** Server states in which the connection is gone or going: shutdown, crash, admin command. */
const SERVER_GONE = new Set(['57P01', '57P02', '57P03', '57P05', '25P03', '25P04']);

/** Whether the connection, not the statement, failed. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof PitstopError) return error.code === 'connection-lost';
  if (error instanceof pg.DatabaseError) {
    return SERVER_GONE.has(error.code ?? '') || (error.code ?? '').startsWith('08');
  }
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return (
    ['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT', 'ENOTCONN'].includes(String(code)) ||
    /Connection terminated|not queryable|connection error/i.test(error.message)
  );
}

/** Turns what `connect()` threw into an error that says what to do; secrets never get in. */
export function connectionError(error: unknown, where: string): PitstopError {
  const state = sqlState(error);
  const message =
    error instanceof Error
      ? error.message || String('code' in error ? error.code : error.name)
      : String(error);
  if (state === '28P01' || state === '28000' || /SCRAM|password must be a string/.test(message)) {
    return new PitstopError('authentication-failed', `${where} rejects the login: ${message}`, {
      hint: 'Check user and password of --database-url, PGPASSWORD or the password file.',
      cause: error,
    });
  }
  if (state === '3D000') {
    return new PitstopError('connection-failed', `${where}: ${message}`, {
      hint: 'Check the database name.',
      cause: error,
    });
  }
  if (state === '42501') {
    return new PitstopError('permission-denied', `${where}: ${message}`, {
      hint: 'Grant CONNECT on the database.',
      cause: error,
    });
  }
  return new PitstopError('connection-failed', `cannot connect to ${where}: ${message}`, {
    hint: 'Check that the server runs, that host and port are right, and that TLS is configured as the server wants it (sslmode).',
    cause: error,
  });
}
