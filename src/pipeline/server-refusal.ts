import { isConnectionLoss, isLockTimeout, serverError, isStatementTimeout, SQLSTATE } from '../pg/failure.ts';
import { Blocked } from '../outcome.ts';

/** Turns the server's refusal of a change that was being applied into the item's end. */
export function blockedWhileApplying(error: unknown): unknown {
  const refusal = serverError(error);
  if (refusal === null || isConnectionLoss(error)) return error;
  const said = `the server says: ${refusal.message}; what had been applied was undone`;
  if (refusal.code === SQLSTATE.insufficientPrivilege)
    return new Blocked('failed', 'permission-denied', said);
  if (refusal.code === SQLSTATE.diskFull) return new Blocked('failed', 'disk-full', said);
  return new Blocked('failed', 'apply-failed', said);
}

/** Turns the server's refusal of an item's statement into the item's end; anything else passes through. */
export function blockedByServer(error: unknown): unknown {
  const refusal = serverError(error);
  if (refusal === null || isConnectionLoss(error)) return error;
  const { code, message, hint } = refusal;
  const said = `the server says: ${message}${hint ? ` (${hint})` : ''}`;
  if (code === SQLSTATE.readOnlyTransaction) {
    return new Blocked(
      'refused',
      'statement-writes',
      `the statement tries to write, and was stopped: ${message}`,
    );
  }
  if (code === SQLSTATE.insufficientPrivilege) return new Blocked('failed', 'permission-denied', said);
  if (code === SQLSTATE.undefinedTable) return new Blocked('needs-information', 'unknown-table', said);
  if (code === SQLSTATE.undefinedColumn) return new Blocked('needs-information', 'unknown-column', said);
  if (isStatementTimeout(error)) return new Blocked('failed', 'statement-timeout', said);
  // Another session has the rows that the statement writes.
  if (isLockTimeout(error)) return new Blocked('failed', 'lock-timeout', said);
  // Class 42: the statement does not fit this database. Class 22: its parameters do not fit the statement. Class 23: a
  // constraint is against what it writes. P0001: a trigger is.
  if (/^(42|22|23|08P01|P0001)/.test(code))
    return new Blocked('needs-information', 'statement-rejected', said);
  if (code === SQLSTATE.diskFull) return new Blocked('failed', 'disk-full', said);
  return error;
}
