/** `unknown` is what could not be seen, or not be told yet. It is never `ok`. */
export type Level = 'ok' | 'unknown' | 'warning' | 'critical';

/** What a number counts. Shares are percent, 0 to 100. */
export type Unit =
  | 'percent'
  | 'count'
  | 'bytes'
  | 'seconds'
  | 'milliseconds'
  | 'days'
  | 'transactions'
  | 'per second'
  | 'per minute'
  | 'per hour'
  | 'bytes per second';

/** From where on a number is worth somebody's attention; a mark that is null is never reached. */
export interface Threshold {
  readonly warning: number | null;
  readonly critical: number | null;
  /** `above`: a value at the mark or above it is a breach. `below`: at it or below it. */
  readonly direction: 'above' | 'below';
  /** Where the numbers come from: the tools that use them, a measurement, a limit of the server. One sentence. */
  readonly source: string;
  /**
   * Rounds in a row that it takes to raise the alert, instead of the usual number. 1 is for what does not happen by
   * chance, such as a damaged page, or is gone by the next round, such as a deadlock.
   */
  readonly raiseAfter?: number;
}

/** The level of a value; a mark that is reached counts. */
export function levelOf(value: number | null, threshold: Threshold | null): Level {
  if (value === null || Number.isNaN(value)) return 'unknown';
  if (threshold === null) return 'ok';
  if (isReached(value, threshold.critical, threshold.direction)) return 'critical';
  return isReached(value, threshold.warning, threshold.direction) ? 'warning' : 'ok';
}

export function isReached(value: number, mark: number | null, direction: Threshold['direction']): boolean {
  if (mark === null) return false;
  return direction === 'above' ? value >= mark : value <= mark;
}

const SEVERITY: Readonly<Record<Level, number>> = { ok: 0, unknown: 1, warning: 2, critical: 3 };

/** The one that most needs somebody; `ok` where there is none. */
export function worstOf(levels: readonly Level[]): Level {
  return levels.reduce<Level>((worst, level) => (SEVERITY[level] > SEVERITY[worst] ? level : worst), 'ok');
}
