import type { Observation } from './report.ts';
import { isReached, levelOf, type Level, type Threshold } from './threshold.ts';

/** What an alert can be at. Not seeing something neither raises an alert nor clears it. */
export type AlertLevel = Exclude<Level, 'unknown'>;

/** What is remembered of a subject from round to round. */
export interface AlertState {
  /** The alert that is up. */
  readonly level: AlertLevel;
  /** Since when, by the server's clock; seconds. */
  readonly since: number;
  /** Rounds in a row at `warning` or worse, and at `critical`. */
  readonly breaches: { readonly warning: number; readonly critical: number };
  /** Rounds in a row that were good enough to lower the alert. */
  readonly good: number;
  /** What was said when it was last at its level or worse. */
  readonly message: string;
}

/** How many rounds in a row it takes. */
export interface Patience {
  readonly raiseAfter: number;
  readonly clearAfter: number;
}

/**
 * Three rounds, as most rules of alerting wait a few scrapes (`for: 1m` to `3m` of the postgres_exporter mixin and of
 * pigsty at 15 to 30 s).
 */
export const PATIENCE: Patience = { raiseAfter: 3, clearAfter: 3 };

/** An alert is lowered only where the value is better than its mark by this share of it. */
const MARGIN = 0.1;

const SEVERITY: Readonly<Record<AlertLevel, number>> = { ok: 0, warning: 1, critical: 2 };

/** What one round says of a subject. */
export interface Seen {
  readonly level: Level;
  /** The level by marks that are eased by the margin: never better than `level`. */
  readonly eased: Level;
  readonly message: string;
}

export function seenOf({ level, value, message }: Observation, threshold: Threshold | null): Seen {
  // A level that the check gave itself knows no margin.
  const isMeasured = threshold !== null && level === levelOf(value, threshold);
  return { level, message, eased: isMeasured ? easedLevel(value, threshold, level) : level };
}

function easedLevel(value: number | null, threshold: Threshold, level: Level): Level {
  if (value === null) return level;
  const { direction } = threshold;
  const ease = (mark: number | null) =>
    mark === null
      ? null
      : direction === 'above'
        ? mark - Math.abs(mark) * MARGIN
        : mark + Math.abs(mark) * MARGIN;
  if (isReached(value, ease(threshold.critical), direction)) return 'critical';
  return isReached(value, ease(threshold.warning), direction) ? 'warning' : level;
}

/**
 * The next state of a subject. An alert is raised by `raiseAfter` breaches in a row and lowered by `clearAfter` rounds in a
 * row beyond the margin; so a value that swings around its mark changes nothing.
 * @param before null where there is nothing to go by: the first look believes what it sees
 */
export function nextAlert(
  before: AlertState | null,
  seen: Seen,
  { raiseAfter, clearAfter }: Patience,
  at: number,
): AlertState {
  const { level, eased, message } = seen;
  if (level === 'unknown' || eased === 'unknown') return before ?? quiet(at);
  const start = before ?? { ...quiet(at), breaches: { warning: raiseAfter, critical: raiseAfter } };
  const breaches = {
    warning: isAtLeast(level, 'warning') ? start.breaches.warning + 1 : 0,
    critical: isAtLeast(level, 'critical') ? start.breaches.critical + 1 : 0,
  };
  const good = isAtLeast(eased, start.level) ? 0 : start.good + 1;
  const raised = (['critical', 'warning'] as const).find((one) => breaches[one] >= raiseAfter) ?? 'ok';
  const isHigher = !isAtLeast(start.level, raised);
  const isLower = !isHigher && good >= clearAfter;
  const next = isHigher ? raised : isLower ? eased : start.level;
  return {
    level: next,
    since: next === start.level ? start.since : at,
    breaches,
    good: isLower ? 0 : good,
    message: isAtLeast(level, next) || next !== start.level ? message : start.message,
  };
}

/** Nothing to remember: no alert, and none on its way. */
export function isQuiet({ level, breaches, good }: AlertState): boolean {
  return level === 'ok' && breaches.warning === 0 && good === 0;
}

export function quiet(at: number): AlertState {
  return { level: 'ok', since: at, breaches: { warning: 0, critical: 0 }, good: 0, message: '' };
}

function isAtLeast(level: AlertLevel, least: AlertLevel): boolean {
  return SEVERITY[level] >= SEVERITY[least];
}
