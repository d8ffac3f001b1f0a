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
  return {
    rows,
    earlier: earlierOf(check, memory, moment),
    history: [...historyOf(check, memory, moment), { at: moment.at, rows }],
    server,
  };
}

/** The rounds that kept rows of a check. */
function roundsOf(
  { name, remembers }: Check,
  memory: readonly RememberedRound[],
): readonly RememberedRound[] {
  return remembers === 'nothing' ? [] : memory.filter(({ rows }) => rows[name] !== undefined);
}

/** Rows that were kept, once they are known to be what a check expects. Each array is that of one check in one round. */
const parsed = new WeakMap<readonly AnyRow[], readonly AnyRow[] | null>();

/** Null where they are no longer as the check expects them: another version has written them. */
function keptRows(check: Check, { rows }: RememberedRound): readonly AnyRow[] | null {
  const kept = rows[check.name] ?? [];
  const known = parsed.get(kept);
  if (known !== undefined) return known;
  const found = parseOrNull(check, kept);
  parsed.set(kept, found);
  return found;
}

function parseOrNull(check: Check, kept: readonly AnyRow[]): readonly AnyRow[] | null {
  try {
    return check.parse(kept);
  } catch {
    return null;
  }
}

/** The newest round that is old enough to make a rate with, or the oldest of those that are not. */
function earlierOf(check: Check, memory: readonly RememberedRound[], now: Moment): Earlier<AnyRow> {
  if (check.remembers === 'nothing') return { missing: 'nothing is kept of it' };
  const past = roundsOf(check, memory);
  const last = past.at(-1);
  if (last === undefined) return { missing: 'this is the first look' };
  const why = difference(last.moment, now);
  if (why !== null) return { missing: why };
  const aged = past
    .filter(({ moment }) => difference(moment, now) === null)
    .map((round) => ({ round, seconds: secondsBetween(round.moment, now) }));
  const best = aged.findLast(({ seconds }) => seconds >= RATE_SECONDS) ?? aged[0];
  if (best === undefined || best.seconds < LEAST_SECONDS)
    return { missing: 'the last look was a moment ago' };
  if (best.seconds > MOST_SECONDS) return { missing: `the last look was ${formatSpan(best.seconds)} ago` };
  const rows = keptRows(check, best.round);
  return rows === null ? { missing: 'another version has kept it' } : { rows, seconds: best.seconds };
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
function historyOf(check: Check, memory: readonly RememberedRound[], now: Moment): readonly Past<AnyRow>[] {
  if (check.remembers !== 'series') return [];
  const same = roundsOf(check, memory).filter(
    ({ moment }) =>
      moment.systemIdentifier === now.systemIdentifier &&
      (check.scope === 'cluster' || moment.databaseOid === now.databaseOid),
  );
  const stepBack = same.findLastIndex(
    ({ moment }, index) => (same[index + 1]?.moment.at ?? now.at) <= moment.at,
  );
  return same.slice(stepBack + 1).flatMap((round) => {
    const rows = keptRows(check, round);
    return rows === null ? [] : [{ at: round.moment.at, rows }];
  });
}
