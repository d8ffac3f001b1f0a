import type { Area } from './areas.ts';
import type { Check, Draft } from './check.ts';
import type { Reading, Unread } from './reading.ts';
import type { Sample } from './sample.ts';
import { levelOf, worstOf, type Level, type Threshold, type Unit } from './threshold.ts';

/** One thing that a check found, with what it means. */
export interface Observation {
  readonly subject: string;
  readonly value: number | null;
  readonly unit: Unit;
  readonly labels: Readonly<Record<string, string>>;
  readonly level: Level;
  /** One sentence with the numbers. */
  readonly message: string;
  /** What to do; null where nothing is wrong. */
  readonly advice: string | null;
}

/** What came of one check in one round. */
export interface CheckReport {
  readonly name: string;
  readonly area: Area;
  readonly scope: Check['scope'];
  readonly state: Reading['state'];
  /** The worst of its observations; `unknown` where it could not be read, null where it does not apply. */
  readonly level: Level | null;
  /** Why it was not read; null where it was. */
  readonly message: string | null;
  readonly advice: string | null;
  readonly threshold: Threshold | null;
  readonly observations: readonly Observation[];
  /** How long the server took for it, the way there and back included. */
  readonly tookMs: number;
  /** When it was asked: seconds since 1970 by the server's clock. Of this round, or of one before it that still stands. */
  readonly askedAt: number;
}

/** Judges what a check has read: each observation by what it says itself, or by the threshold in force. */
export function reportOf(
  { check, tookMs }: Reading,
  sample: Sample<Readonly<Record<string, unknown>>>,
  threshold: Threshold | null,
): CheckReport {
  const observations = check.observe(sample).map((draft) => observationOf(check, draft, threshold));
  return {
    ...describe(check, threshold, { tookMs, askedAt: sample.server.at }),
    state: 'read',
    level: worstOf(observations.map(({ level }) => level)),
    message: null,
    advice: null,
    observations,
  };
}

function observationOf(check: Check, draft: Draft, threshold: Threshold | null): Observation {
  const { subject, value, message, labels = {} } = draft;
  const measured = levelOf(value, threshold);
  const level = draft.level ?? (measured === 'critical' ? (draft.atMost ?? measured) : measured);
  const isWrong = level === 'warning' || level === 'critical';
  const advice = isWrong ? (draft.advice ?? check.advice) : (draft.advice ?? null);
  return { subject, value, unit: check.unit, labels, level, message, advice };
}

/** The report of a check that was not read. */
export function unreadReport(
  { check, tookMs, state, message, advice }: { readonly check: Check; readonly tookMs: number } & Unread,
  threshold: Threshold | null,
  askedAt: number,
): CheckReport {
  return {
    ...describe(check, threshold, { tookMs, askedAt }),
    state,
    level: state === 'not-applicable' ? null : 'unknown',
    message,
    advice,
    observations: [],
  };
}

function describe(
  { name, area, scope }: Check,
  threshold: Threshold | null,
  asked: Pick<CheckReport, 'tookMs' | 'askedAt'>,
) {
  return { name, area, scope, threshold, ...asked };
}
