import { setTimeout as pause } from 'node:timers/promises';
import type { ActivitySample, SessionLook } from '../pooling/facts.ts';
import {
  canBeToldToReport,
  readDatabaseCounters,
  transactionsOfReading,
} from './catalog/pools/database-counters.ts';
import { readSessionLook } from './catalog/pools/session-look.ts';
import type { Session } from './session.ts';

export interface SamplePlan {
  /** Looks at the sessions, at least one. */
  readonly looks: number;
  /** From the begin of one look to that of the next. */
  readonly everyMs: number;
  /** No look begins after that, however many are left. */
  readonly budgetMs: number;
}

/** Half a minute: the server's counters come in late by up to a second, which has to be little beside it. */
export const SAMPLE_PLAN: SamplePlan = { looks: 60, everyMs: 500, budgetMs: 35_000 };

/**
 * Looks at the sessions of this database again and again, between two readings of its counters.
 * @param session outside a transaction, in which every look would show the same
 * @throws the signal's reason, when it strikes
 */
export async function sampleActivity(
  session: Session,
  plan: SamplePlan,
  clock: () => number,
  signal: AbortSignal,
): Promise<ActivitySample> {
  const looks: SessionLook[] = [];
  const reports = await canBeToldToReport(session);
  const before = await readDatabaseCounters(session, reports);
  const started = clock();
  while (looks.length < plan.looks && (looks.length === 0 || clock() - started < plan.budgetMs)) {
    const due = started + looks.length * plan.everyMs;
    const waitMs = Math.max(0, Math.min(due - clock(), started + plan.budgetMs - clock()));
    await pause(waitMs, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
    looks.push(await readSessionLook(session));
  }
  const after = await readDatabaseCounters(session, reports);
  return { looks, before, after, ownTransactions: looks.length + transactionsOfReading(reports) };
}
