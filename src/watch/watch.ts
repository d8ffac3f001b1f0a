import { setTimeout as pause } from 'node:timers/promises';
import { PitstopError } from '../errors.ts';
import type { Check } from '../monitoring/check.ts';
import type { Moment, RememberedRound } from '../monitoring/memory.ts';
import { judgeRound, type Round } from '../monitoring/round.ts';
import type { MonitorSettings } from '../monitoring/settings.ts';
import { thinnedRounds } from '../monitoring/thin.ts';
import { isConnectionLoss } from '../pg/failure.ts';
import { withOwnSession } from '../pg/pooler.ts';
import type { Session } from '../pg/session.ts';
import type { Target } from '../pg/target.ts';
import type { HistoryFile } from './history-file.ts';
import type { Pace } from './pace.ts';
import { readChecks, type ReadRound } from './read-checks.ts';
import { dueChecks, standingAfter, type Standing } from './standing.ts';

/** What is watched, and with what. */
export interface WatchPlace {
  readonly target: Target;
  /** The checks to ask; `settings` has all that are enabled. */
  readonly checks: readonly Check[];
  readonly settings: MonitorSettings;
  /** Null where nothing is kept. */
  readonly history: HistoryFile | null;
  /** Which process this is; see `Moment`. */
  readonly process: string;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** What somebody should know and no check says; each once. */
  readonly remark: (message: string) => void;
}

/** A round with what it was made of: metrics are of the rows. */
export interface Look {
  readonly round: Round;
  readonly readings: ReadRound['readings'];
}

/** Who wants to know what comes of watching. */
export interface Watching {
  readonly onLook: (look: Look) => void;
  /** The server does not answer any more; once, until it does again. */
  readonly onLost: (error: Error) => void;
  readonly onBack: () => void;
}

/** Waits between attempts to reach a server that was lost: doubled each time, up to a minute. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const NOTHING: Standing = new Map();
/** Rounds in memory that are not thinned out yet. */
const MOST_ROUNDS = 1_000;

/** One round. */
export async function lookOnce(place: WatchPlace): Promise<Look> {
  const memory = await createMemory(place);
  return withMonitorSession(
    place,
    async (session) => (await takeRound(session, place, memory, NOTHING)).look,
  );
}

/**
 * Round after round until the signal fires, which rejects. A server that was lost is tried again and again; where the very
 * first connection fails, that is the end, since it may be the address that is wrong.
 */
export async function watch(place: WatchPlace, pace: Pace, watching: Watching): Promise<never> {
  const memory = await createMemory(place);
  let wasSeen = false;
  let waitMs = 0;
  for (;;) {
    try {
      await withMonitorSession(place, async (session) => {
        // After a loss it may be another server: then everything is asked anew.
        let standing: Standing = NOTHING;
        for (;;) {
          const taken = await takeRound(session, place, memory, standing);
          const { look } = taken;
          standing = taken.standing;
          if (waitMs > 0) watching.onBack();
          wasSeen = true;
          waitMs = 0;
          watching.onLook(look);
          await pace(place.signal);
        }
      });
    } catch (error) {
      place.signal.throwIfAborted();
      if (!wasSeen || !isLoss(error)) throw error;
      if (waitMs === 0) watching.onLost(error);
      waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, 2 * waitMs));
      await pause(waitMs, undefined, { signal: place.signal });
    }
  }
}

/** Whatever says that the server cannot be had at the moment: gone, starting, stopping, full, or with another password. */
const LOSSES: ReadonlySet<string> = new Set([
  'connection-lost',
  'connection-failed',
  'authentication-failed',
]);

function isLoss(error: unknown): error is Error {
  return isConnectionLoss(error) || (error instanceof PitstopError && LOSSES.has(error.code));
}

/** Opens a session, and looks whether it is one: numbers of a session that changes between rounds belong to nobody. */
async function withMonitorSession<T>(place: WatchPlace, use: (session: Session) => Promise<T>): Promise<T> {
  const { target, signal, remark } = place;
  return withOwnSession(target, 'monitor', signal, async (session, proxied) => {
    if (proxied)
      remark(
        'a proxy answers for the server: clients that wait in it are not among the connections that are counted',
      );
    return use(session);
  });
}

/** What earlier rounds left, of the history file and of this process. */
interface Memory {
  readonly rounds: () => readonly RememberedRound[];
  readonly remember: (round: RememberedRound) => Promise<void>;
}

async function createMemory({ history, settings, remark }: WatchPlace): Promise<Memory> {
  const kept = await history?.read();
  const { unreadable = 0 } = kept ?? {};
  if (unreadable > 0)
    remark(
      `${unreadable} ${unreadable === 1 ? 'line' : 'lines'} of ${history?.path ?? ''} cannot be read and are left out`,
    );
  let rounds = kept?.rounds ?? [];
  return {
    rounds: () => rounds,
    async remember(round) {
      rounds = [...rounds, round];
      if (rounds.length > MOST_ROUNDS) rounds = thinnedRounds(rounds, settings.checks);
      // A full disk is what a monitor is there to report.
      await history?.append(round).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        remark(`the round is not kept, so that a later run has no rates and forecasts from it: ${message}`);
      });
    },
  };
}

async function takeRound(
  session: Session,
  place: WatchPlace,
  memory: Memory,
  before: Standing,
): Promise<{ readonly look: Look; readonly standing: Standing }> {
  const { checks, settings, clock, signal } = place;
  const began = clock();
  const due = dueChecks(checks, before, began);
  const { server, readings } = await readChecks(session, due, {
    clock,
    signal,
    diskBytes: settings.diskBytes,
  });
  const tookMs = clock() - began;
  const moment: Moment = {
    at: server.at,
    localAt: place.now().getTime() / 1_000,
    steady: began / 1_000,
    process: place.process,
    systemIdentifier: server.systemIdentifier,
    databaseOid: server.databaseOid,
    timeline: server.timeline,
    inRecovery: server.inRecovery,
  };
  const asked = new Set(due);
  const { round, remembered } = judgeRound({
    server,
    moment,
    readings,
    memory: memory.rounds(),
    settings,
    standing: [...before.values()].flatMap(({ reading, report }) =>
      asked.has(reading.check) ? [] : [report],
    ),
    tookMs,
  });
  await memory.remember(remembered);
  const standing = standingAfter(checks, before, { readings, reports: round.checks, nowMs: began });
  return { look: { round, readings: [...standing.values()].map(({ reading }) => reading) }, standing };
}
