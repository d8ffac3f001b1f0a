import { isQuiet, nextAlert, quiet, seenOf, type AlertLevel, type AlertState } from './alert.ts';
import type { Check } from './check.ts';
import { sampleOf, type AlertStates, type Moment, type RememberedRound } from './memory.ts';
import type { Reading } from './reading.ts';
import { reportOf, unreadReport, type CheckReport } from './report.ts';
import type { MonitoredServer } from './server.ts';
import type { MonitorSettings } from './settings.ts';
import { worstOf, type Level } from './threshold.ts';

/**
 * An alert that is up after a round, or on its way. `pending`: breached, not often enough in a row. `clearing`: up, and
 * this round was better.
 */
export interface Alert {
  readonly check: string;
  readonly subject: string;
  readonly level: Exclude<AlertLevel, 'ok'>;
  readonly state: 'raised' | 'clearing' | 'pending';
  /** Since when it is up; seconds since 1970 by the server's clock. Null while it is pending. */
  readonly since: number | null;
  /** Rounds in a row that breached the warning. */
  readonly breaches: number;
  /** What was said when it was last at its level. */
  readonly message: string;
  /** What to do; null where this round has nothing to say about it. */
  readonly advice: string | null;
}

/** Everything that one round found. */
export interface Round {
  readonly server: MonitoredServer;
  readonly checks: readonly CheckReport[];
  /** Those that are up before those that are pending, the worst first. */
  readonly alerts: readonly Alert[];
  /** The worst alert that is up; `unknown` where there is none and something could not be seen. */
  readonly level: Level;
  /** All statements of the round. */
  readonly tookMs: number;
}

/** What goes into a round: the readings, and what was remembered before. */
interface RoundInput {
  readonly server: MonitoredServer;
  readonly moment: Moment;
  readonly readings: readonly Reading[];
  readonly memory: readonly RememberedRound[];
  readonly settings: MonitorSettings;
  /** Of checks that this round did not ask, since what they said still stands. */
  readonly standing?: readonly CheckReport[];
  readonly tookMs: number;
}

/** Judges a round, and says what is to be remembered of it. */
export function judgeRound(input: RoundInput): {
  readonly round: Round;
  readonly remembered: RememberedRound;
} {
  const { server, moment, readings, memory, settings, standing = [], tookMs } = input;
  const asked = readings.map((reading) => reportReading(reading, input));
  const states = nextStates(asked, lastAlerts(memory, settings), settings, moment.at);
  const order = new Map(settings.checks.map(({ name }, place) => [name, place]));
  const checks = [...asked, ...standing].toSorted(
    (a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0),
  );
  const alerts = alertsOf(states, checks);
  const unknown = checks.flatMap(({ level }) => (level === 'unknown' ? [level] : []));
  const up = alerts.flatMap(({ state, level }) => (state === 'pending' ? [] : [level]));
  const kept = readings.flatMap((reading) =>
    reading.state === 'read' && reading.check.remembers !== 'nothing'
      ? [[reading.check.name, reading.rows] as const]
      : [],
  );
  return {
    round: {
      server,
      checks,
      alerts,
      level: worstOf([...unknown, ...up]),
      tookMs,
    },
    remembered: { moment, rows: Object.fromEntries(kept), alerts: states },
  };
}

/** A check that fails while it judges fails alone. */
function reportReading(reading: Reading, { server, moment, memory, settings }: RoundInput): CheckReport {
  const { check, tookMs } = reading;
  const threshold = settings.thresholdOf(check);
  if (reading.state !== 'read') return unreadReport(reading, threshold, server.at);
  try {
    return reportOf(reading, sampleOf(check, reading.rows, { server, moment }, memory), threshold);
  } catch (error) {
    const message = `could not be judged: ${error instanceof Error ? error.message : String(error)}`;
    return unreadReport({ check, tookMs, state: 'failed', message, advice: null }, threshold, server.at);
  }
}

/** Each round remembers the alerts of all checks, also of those that it did not ask; not of those that were disabled. */
function lastAlerts(memory: readonly RememberedRound[], { checks }: MonitorSettings): AlertStates {
  const enabled = new Set(checks.map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(memory.at(-1)?.alerts ?? {}).filter(([name]) => enabled.has(name)),
  );
}

function nextStates(
  checks: readonly CheckReport[],
  before: AlertStates,
  settings: MonitorSettings,
  at: number,
): AlertStates {
  // What could not be seen keeps its alerts; what has only unknown things to say has not been looked at yet.
  const asked = checks.filter(
    ({ name, state, observations }) =>
      state === 'read' &&
      (before[name] !== undefined ||
        observations.length === 0 ||
        observations.some(({ level }) => level !== 'unknown')),
  );
  return {
    ...before,
    ...Object.fromEntries(
      asked.map((report) => [report.name, subjectStates(report, before[report.name], settings, at)]),
    ),
  };
}

/** A subject that is no longer there is well. */
function subjectStates(
  report: CheckReport,
  known: Readonly<Record<string, AlertState>> | undefined,
  settings: MonitorSettings,
  at: number,
): Readonly<Record<string, AlertState>> {
  const patience = settings.patienceOf(report.threshold);
  const seen = new Map(
    report.observations.map((observation) => [observation.subject, seenOf(observation, report.threshold)]),
  );
  const subjects = new Set([...Object.keys(known ?? {}), ...seen.keys()]);
  const states = [...subjects].map((subject) => {
    const before = known === undefined ? null : (known[subject] ?? quiet(at));
    const now = seen.get(subject) ?? {
      level: 'ok' as const,
      eased: 'ok' as const,
      message: 'it is no longer there',
    };
    return [subject, nextAlert(before, now, patience, at)] as const;
  });
  return Object.fromEntries(states.filter(([, state]) => !isQuiet(state)));
}

function alertsOf(states: AlertStates, checks: readonly CheckReport[]): Alert[] {
  const alerts = checks.flatMap(({ name, observations }) =>
    Object.entries(states[name] ?? {}).flatMap(([subject, state]) => {
      const seen = observations.find((observation) => observation.subject === subject);
      const alert = alertOf(state, seen?.level ?? null);
      return alert === null ? [] : [{ check: name, subject, advice: seen?.advice ?? null, ...alert }];
    }),
  );
  const rank = ({ state, level }: Alert) => (state === 'pending' ? 2 : 0) + (level === 'critical' ? 0 : 1);
  return alerts.toSorted((a, b) => rank(a) - rank(b));
}

/** @param seen the level in this round; null where it was not seen */
function alertOf(
  { level, since, breaches, good, message }: AlertState,
  seen: Level | null,
): Omit<Alert, 'check' | 'subject' | 'advice'> | null {
  const count = breaches.warning;
  if (level !== 'ok') {
    const isBetter = good > 0 || seen === 'ok' || (level === 'critical' && seen === 'warning');
    return { level, state: isBetter ? 'clearing' : 'raised', since, breaches: count, message };
  }
  if (count === 0) return null;
  const worst = breaches.critical > 0 ? 'critical' : 'warning';
  return { level: worst, state: 'pending', since: null, breaches: count, message };
}

/** The checks that a round is to ask, of those that are not disabled. */
export function selectChecks(
  checks: readonly Check[],
  { names, areas }: { readonly names: readonly string[]; readonly areas: readonly string[] },
): readonly Check[] {
  if (names.length === 0 && areas.length === 0) return checks;
  return checks.filter(({ name, area }) => names.includes(name) || areas.includes(area));
}
