import { ERROR_CODES, EXIT, type ErrorCode, type ExitCode } from './errors.ts';
import type { Measurement, RowsComparison, Speedup } from './measure/measurement.ts';
import type { Marker } from './task/item.ts';

/** How an item can end, and the marker that says so. */
export const OUTCOMES = {
  proven: 'x',
  applied: 'x',
  'already-met': 'x',
  'awaiting-approval': '!',
  'handed-over': '!',
  'no-gain': '!',
  'no-lab': '!',
  'needs-information': '!',
  refused: '!',
  failed: '!',
} as const satisfies Record<string, Marker>;

export type Outcome = keyof typeof OUTCOMES;

export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** An item's end, with what a person should know about it. */
export interface Conclusion {
  readonly outcome: Outcome;
  readonly reason: Reason;
}

export function conclude(outcome: Outcome, code: string, message: string): Conclusion {
  return { outcome, reason: { code, message } };
}

/** Ends an item early, from wherever its way is blocked. */
export class Blocked extends Error {
  override readonly name = 'Blocked';
  readonly conclusion: Conclusion;

  constructor(outcome: Outcome, code: string, message: string) {
    super(message);
    this.conclusion = conclude(outcome, code, message);
  }
}

/** An item in `run-finished`; every key is always there, null where it does not apply. */
export interface ItemReport {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly line: number;
  readonly kind: string | null;
  readonly marker: string;
  /** Null for what was left alone. */
  readonly outcome: Outcome | null;
  readonly reason: Reason | null;
  readonly before: Measurement | null;
  readonly after: Measurement | null;
  readonly speedup: Speedup | null;
  readonly rows: RowsComparison;
  readonly rewrite: string | null;
  readonly session: Readonly<Record<string, string>> | null;
  readonly migrations: readonly string[];
  readonly files: readonly string[];
  readonly request: string | null;
  readonly evidence: string | null;
}

/** Why an entry is none of ours, and no reason for an exit code. */
export const NOT_OURS: ReadonlySet<string> = new Set(['not-recognised', 'unknown-marker']);

/** The exit code that one item asks for: surroundings before approvals before blocked items. */
export function exitCodeOf({ marker, outcome, reason }: ItemReport): ExitCode {
  const code = reason?.code ?? '';
  const known = code in ERROR_CODES ? ERROR_CODES[code as ErrorCode] : null;
  if (known === EXIT.surroundings || known === EXIT.internal) return known;
  if (outcome === 'awaiting-approval') return EXIT.approval;
  if (outcome === null && NOT_OURS.has(code)) return EXIT.ok;
  return marker === 'x' ? EXIT.ok : EXIT.blocked;
}

const PRECEDENCE: readonly ExitCode[] = [
  EXIT.internal,
  EXIT.input,
  EXIT.surroundings,
  EXIT.approval,
  EXIT.blocked,
  EXIT.ok,
];

/** Several at once: the first of 1, 2, 5, 4, 3. */
export function strictestExit(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.ok;
}
