import type { AlertState } from './alert.ts';
import type { Check } from './check.ts';
import type { AnyRow, Earlier, Past, Sample } from './sample.ts';
import type { MonitoredServer } from './server.ts';
import { formatSpan } from './words.ts';

/** A round as it is remembered, in memory and in the history file. */
export interface RememberedRound {
  readonly moment: Moment;
  /** The rows of the checks that remember any, by name. */
  readonly rows: Readonly<Record<string, readonly AnyRow[]>>;
  /**
   * By check, then by subject: what is not quiet. A check that has a name here has been looked at, so that what is new
   * is not taken for a first look.
   */
  readonly alerts: AlertStates;
}

export type AlertStates = Readonly<Record<string, Readonly<Record<string, AlertState>>>>;

/** When and where a round was. */
export interface Moment {
  /** Seconds since 1970 by the server's clock: the same for all who watch it. */
  readonly at: number;
  /** Seconds since 1970 by this machine's clock. */
  readonly localAt: number;
  /** Seconds by a clock that nobody can set; only comparable within one process. */
  readonly steady: number;
  /** Which process that is. */
  readonly process: string;
  readonly systemIdentifier: string;
  readonly databaseOid: number;
  readonly timeline: number;
  readonly inRecovery: boolean;
}

/** A rate is over at least this long where something that old is remembered: over less it is mostly chance. */
export const RATE_SECONDS = 60;
/** Nor is it over less than this: the shortest interval is a second, and timers are a little early. */
const LEAST_SECONDS = 0.9;
/** What is older says nothing of now. Two days, so that a daily run has rates. */
const MOST_SECONDS = 2 * 86_400;
/** Two clocks that were not set run alike to this much, and to this share. */
const CLOCKS_APART_SECONDS = 5;
const CLOCKS_APART_SHARE = 0.01;

/** What a check has to judge by: its rows now, and what it remembers of rounds that may be compared with this one. */
export function sampleOf(
  check: Check,
  rows: readonly AnyRow[],
  { server, moment }: { readonly server: MonitoredServer; readonly moment: Moment },
  memory: readonly RememberedRound[],
): Sample<AnyRow> {
  const own = pastOf(check, memory);
  return {
    rows,
    earlier: check.remembers === 'nothing' ? { missing: 'nothing is kept of it' } : earlierOf(own, moment),
    history: [...historyOf(check, own, moment), { at: moment.at, rows }],
    server,
  };
}

interface OwnPast extends Past<AnyRow> {
  readonly moment: Moment;
}

/** What is no longer as the check expects it was written by another version, and is left out. */
function pastOf(check: Check, memory: readonly RememberedRound[]): readonly OwnPast[] {
  if (check.remembers === 'nothing') return [];
  return memory.flatMap(({ moment, rows }) => {
    const kept = rows[check.name];
    if (kept === undefined) return [];
    try {
      return [{ moment, at: moment.at, rows: check.parse(kept) }];
    } catch {
      return [];
    }
  });
}

/** The newest round that is old enough to make a rate with, or the oldest of those that are not. */
function earlierOf(past: readonly OwnPast[], now: Moment): Earlier<AnyRow> {
  const last = past.at(-1);
  if (last === undefined) return { missing: 'this is the first look' };
  const why = difference(last.moment, now);
  if (why !== null) return { missing: why };
  const aged = past
    .filter(({ moment }) => difference(moment, now) === null)
    .map(({ moment, rows }) => ({ rows, seconds: secondsBetween(moment, now) }));
  const best = aged.findLast(({ seconds }) => seconds >= RATE_SECONDS) ?? aged[0];
  if (best === undefined || best.seconds < LEAST_SECONDS)
    return { missing: 'the last look was a moment ago' };
  if (best.seconds > MOST_SECONDS) return { missing: `the last look was ${formatSpan(best.seconds)} ago` };
  return best;
}

/** Why counters of two moments cannot be compared, or null. */
function difference(before: Moment, now: Moment): string | null {
  if (before.systemIdentifier !== now.systemIdentifier) return 'it is another server than before';
  if (before.databaseOid !== now.databaseOid) return 'it is another database than before';
  if (before.timeline !== now.timeline || before.inRecovery !== now.inRecovery)
    return 'another server has taken over in between';
  if (before.process === now.process) return null;
  const [server, local] = [now.at - before.at, now.localAt - before.localAt];
  if (server <= 0) return 'the server’s clock went back in between';
  const apart = Math.abs(server - local);
  return apart > CLOCKS_APART_SECONDS + CLOCKS_APART_SHARE * server
    ? `a clock was set in between: ${formatSpan(server)} passed for the server, ${formatSpan(Math.max(0, local))} here`
    : null;
}

/** By the steady clock within one process, else by the server's. */
function secondsBetween(before: Moment, now: Moment): number {
  return before.process === now.process ? now.steady - before.steady : now.at - before.at;
}

/** For forecasts: the same cluster, whoever leads it, from the last time on that its clock went back. */
function historyOf(check: Check, past: readonly OwnPast[], now: Moment): readonly Past<AnyRow>[] {
  if (check.remembers !== 'series') return [];
  const isSame = ({ moment }: OwnPast) =>
    moment.systemIdentifier === now.systemIdentifier &&
    (check.scope === 'cluster' || moment.databaseOid === now.databaseOid);
  const same = past.filter(isSame);
  const stepBack = same.findLastIndex(({ at }, index) => (same[index + 1]?.at ?? now.at) <= at);
  return same.slice(stepBack + 1).map(({ at, rows }) => ({ at, rows }));
}
