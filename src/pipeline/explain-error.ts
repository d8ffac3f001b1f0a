import { ERROR_CODES, PitstopError, type ErrorCode } from '../errors.ts';
import { Blocked } from '../outcome.ts';
import { isLockTimeout, serverError } from '../pg/failure.ts';
import { positionIn } from '../pg/explain.ts';
import { lineAndColumn } from '../sql/position.ts';
import { blockedByServer } from './server-refusal.ts';

export const UNSAFE_HINT =
  'It is neither executed nor planned, since planning runs functions, too. EXPLAIN it yourself, and name a file with the plan as JSON.';

/** What to do about a statement that cannot be explained. */
const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  'statement-syntax-error':
    'The place is line:column. A file is named by a path without spaces, or ends in .sql.',
  'statement-empty': 'Give one statement: as text, in a file, or - for standard input.',
  'several-statements': 'Explain one at a time.',
  'statement-not-a-query': 'What has a plan: SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE and MERGE.',
  'parameters-missing':
    'Pass a value for each: --params \'[42, "open"]\' for $1, $2, …, --params \'{"id": 42}\' for :id.',
  'unsafe-function': UNSAFE_HINT,
  'unknown-table': 'Name the schema, or correct the name.',
  'unknown-column': 'Correct the name; pg_attribute and \\d TABLE tell which there are.',
  'permission-denied': 'GRANT SELECT on the tables (USAGE on the schema) to the role that reads.',
  'statement-timeout': 'Even planning it takes that long; see measure.cutoffMs of the configuration.',
  'statement-rejected': 'Correct the statement, or the values of --params.',
};

/** The end of an item's way as the error of a command; anything else passes through. */
export function errorOfBlocked(error: unknown): unknown {
  if (!(error instanceof Blocked)) return error;
  const { code, message } = error.conclusion.reason;
  return isErrorCode(code) ? new PitstopError(code, message, { hint: HINTS[code], cause: error }) : error;
}

/** The server's refusal of a statement, with its place in it. */
export function errorOfServer(error: unknown, how: Parameters<typeof positionIn>[0], sql: string): unknown {
  const refusal = serverError(error);
  if (isLockTimeout(error))
    return new PitstopError('lock-timeout', 'another session holds a table of the statement', {
      hint: 'Wait until it is done; pg_stat_activity and pg_locks tell which.',
      cause: error,
    });
  const blocked = blockedByServer(error);
  if (!(blocked instanceof Blocked) || refusal === null || refusal.position === null)
    return errorOfBlocked(blocked);
  const { outcome, reason } = blocked.conclusion;
  const place = lineAndColumn(sql, positionIn(how, sql, refusal.position));
  return errorOfBlocked(new Blocked(outcome, reason.code, `${place}: ${reason.message}`));
}

function isErrorCode(code: string): code is ErrorCode {
  return code in ERROR_CODES;
}
