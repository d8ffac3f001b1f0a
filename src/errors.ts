/** Exit codes of every command; several at once: the first of 1, 2, 5, 4, 3. */
export const EXIT = { ok: 0, internal: 1, input: 2, blocked: 3, approval: 4, surroundings: 5 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Every error code, with the exit code of a command that ends with it.
 * `docs/formats.md` explains each; a test keeps the two lists equal.
 */
export const ERROR_CODES = {
  internal: EXIT.internal,

  usage: EXIT.input,
  'config-invalid': EXIT.input,
  'environment-undeclared': EXIT.input,
  'target-undeclared': EXIT.input,
  'target-url-invalid': EXIT.input,
  'memory-too-small': EXIT.input,
  'task-file-not-found': EXIT.input,
  'task-file-ambiguous': EXIT.input,
  'task-file-unreadable': EXIT.input,
  'task-file-not-utf8': EXIT.input,
  'task-file-conflict-markers': EXIT.input,
  'sql-file-not-found': EXIT.input,
  'sql-file-unreadable': EXIT.input,
  'sql-file-not-utf8': EXIT.input,
  'sql-file-empty': EXIT.input,
  'sql-file-too-large': EXIT.input,
  'plan-unreadable': EXIT.input,
  'statement-syntax-error': EXIT.input,
  'statement-empty': EXIT.input,
  'several-statements': EXIT.input,
  'statement-not-a-query': EXIT.input,
  'statement-rejected': EXIT.input,
  'parameters-missing': EXIT.input,
  'unknown-table': EXIT.input,
  'unknown-column': EXIT.input,
  'unsafe-function': EXIT.input,
  'item-not-found': EXIT.input,
  'item-ambiguous': EXIT.input,
  'migration-not-found': EXIT.input,
  'migration-mixed': EXIT.input,
  'migration-changed': EXIT.input,
  'migration-not-applied': EXIT.input,
  'migration-irreversible': EXIT.input,
  'request-not-found': EXIT.input,
  'approval-unreadable': EXIT.input,
  'approval-signature-invalid': EXIT.input,
  'approver-not-allowed': EXIT.input,
  'signing-failed': EXIT.input,
  'program-not-allowed': EXIT.input,
  'git-not-ready': EXIT.input,
  'hardware-invalid': EXIT.input,

  'connection-failed': EXIT.surroundings,
  'connection-lost': EXIT.surroundings,
  'authentication-failed': EXIT.surroundings,
  'server-version-unsupported': EXIT.surroundings,
  'server-read-only': EXIT.surroundings,
  'transaction-pooler': EXIT.surroundings,
  'session-unsafe': EXIT.surroundings,
  'permission-denied': EXIT.surroundings,
  'runner-busy': EXIT.surroundings,
  'ledger-changed': EXIT.surroundings,
  'ledger-unreadable': EXIT.surroundings,
  'no-lab': EXIT.surroundings,
  'lab-differs': EXIT.surroundings,
  'embedded-unavailable': EXIT.surroundings,
  'pooler-unavailable': EXIT.surroundings,
  'ssh-keygen-unavailable': EXIT.surroundings,
  'disk-full': EXIT.surroundings,
  'task-file-read-only': EXIT.surroundings,
  'task-file-locked': EXIT.surroundings,
  'write-outside': EXIT.surroundings,
  'audit-log-locked': EXIT.surroundings,
  'history-foreign': EXIT.input,
  'history-newer': EXIT.surroundings,
  'address-unavailable': EXIT.surroundings,
  'program-not-found': EXIT.surroundings,
  'program-timeout': EXIT.surroundings,
  'commit-failed': EXIT.surroundings,
  'push-failed': EXIT.surroundings,

  'lock-timeout': EXIT.blocked,
  'statement-timeout': EXIT.blocked,
  'task-file-changed': EXIT.blocked,
  'request-changed': EXIT.blocked,
  'edit-refused': EXIT.blocked,
  'approval-needed': EXIT.approval,
  'audit-log-broken': EXIT.blocked,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  /** The next step for the reader; one sentence. */
  readonly hint?: string | undefined;
  readonly file?: string | undefined;
  /** 1-based. */
  readonly line?: number | undefined;
  /** What the reader may have meant. */
  readonly candidates?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** An error that a user can act on: a stable code, what happened, and what to do next. */
export class PitstopError extends Error {
  override readonly name = 'PitstopError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly candidates: readonly string[] | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.file = details.file;
    this.line = details.line;
    this.candidates = details.candidates;
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code];
  }

  /** The JSON form that every command prints under `--json`. */
  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      hint: this.hint ?? null,
      ...(this.file === undefined ? {} : { file: this.file }),
      ...(this.line === undefined ? {} : { line: this.line }),
      ...(this.candidates === undefined ? {} : { candidates: this.candidates }),
    };
  }
}
