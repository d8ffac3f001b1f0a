import type { ActivitySample, ConnectionLimits } from '../pooling/facts.ts';
import {
  usesOfRoutines,
  usesOfSessions,
  usesOfStatements,
  type SessionUse,
} from '../pooling/session-uses.ts';
import { readConnectionLimits } from './catalog/pools/connection-limits.ts';
import { readMemorySettings, type MemorySettings } from './catalog/pools/memory-settings.ts';
import { readSessionRoutines } from './catalog/pools/session-routines.ts';
import { readSessionState } from './catalog/pools/session-state.ts';
import { readSessionStatements } from './catalog/pools/session-statements.ts';
import { requireSession } from './pooler.ts';
import { sampleActivity, type SamplePlan } from './sample-activity.ts';
import type { Session } from './session.ts';

/** Everything that a server says about its connections. */
export interface PoolFacts {
  readonly activity: ActivitySample;
  readonly limits: ConnectionLimits;
  readonly memory: MemorySettings;
  /** Features of sessions that are in use; those of the program's source are not among them. */
  readonly uses: readonly SessionUse[];
  /** Statements that make up nearly all calls, which drivers may keep prepared; null where nobody counts them. */
  readonly hotStatements: number | null;
  /** What could not be looked at, in words; what is not listed there was. */
  readonly unseen: readonly string[];
}

/**
 * Asks a server about its connections and watches them for a while. Needs `loadParser()` before.
 * @param session the one that looks
 * @param other a second session, to tell whether a pooler stands in between
 * @param role the one that the application connects as
 * @throws PitstopError `transaction-pooler` where the connection goes through one: what it shows is not the server's
 */
export async function readPoolFacts(
  session: Session,
  other: Session,
  role: string,
  plan: SamplePlan,
  clock: () => number,
  signal: AbortSignal,
): Promise<PoolFacts> {
  await requireSession(session, other);
  const [limits, memory] = [await readConnectionLimits(session, role), await readMemorySettings(session)];
  const activity = await sampleActivity(session, plan, clock, signal);
  const [state, sent] = [await readSessionState(session), await readSessionStatements(session)];
  const routines = await readSessionRoutines(session);
  return {
    activity,
    limits,
    memory,
    uses: [...usesOfSessions(state), ...usesOfStatements(sent.statements), ...usesOfRoutines(routines)],
    hotStatements: sent.hot,
    unseen: [
      ...(sent.counted ? [] : ['statements of the past: pg_stat_statements is not there']),
      ...(sent.hidden === 0
        ? []
        : [`the text of ${sent.hidden} statements of others: not visible to this role`]),
      ...(state.withAdvisoryLocks === null ? ['who holds advisory locks: not visible to this role'] : []),
      'channels, cursors and prepared statements of others: the server shows them to their own session alone',
    ],
  };
}
