import { setTimeout as pause } from 'node:timers/promises';
import type { Approval } from '../gate/approval.ts';
import { Blocked } from '../outcome.ts';
import { blockersText, readBlockersOf, type Blocker } from '../pg/catalog/blockers.ts';
import { isConnectionLoss, isLockTimeout, isWorthRetrying } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import type { ApplySessions } from './apply-sessions.ts';
import type { BuiltIndex, Intent } from './intent.ts';
import { consumeApproval, recordApplied, recordBuilt } from './ledger.ts';
import type { Migration } from './migration.ts';
import { progressOf } from './postcondition.ts';
import { messageOf } from './undo.ts';

/** How long to try for locks that others hold. */
export interface Patience {
  /** For each lock, milliseconds: a waiting strong lock makes even readers queue behind it, so it is short. */
  readonly lockTimeoutMs: number;
  /** For all attempts together, milliseconds. */
  readonly deadlineMs: number;
  readonly clock: () => number;
  /** From 0 to 1: spreads the pauses. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Told before each further attempt. */
  readonly onRetry: (message: string) => void;
}

interface Attempt {
  readonly migration: Migration;
  /** Of its row in the ledger. */
  readonly id: string;
  readonly intents: readonly Intent[];
  /** To be used up together with the work; null where there is nothing to use up. */
  readonly approval: Approval | null;
}

/** Applies a migration in one transaction, again and again while others hold its locks. */
export async function applyTogether(
  sessions: ApplySessions,
  attempt: Attempt,
  patience: Patience,
): Promise<void> {
  const end = patience.clock() + patience.deadlineMs;
  for (let tries = 1; ; tries += 1) {
    const seen: Blockers = { last: [] };
    try {
      await watchingBlockers(sessions, seen, () => attemptOnce(sessions, attempt, patience));
      return;
    } catch (error) {
      if (!isWorthRetrying(error)) throw error;
      if (patience.clock() >= end) throw outOfPatience(error, attempt, seen);
      const who = seen.last.length === 0 ? '' : ` (waited for ${blockersText(seen.last)})`;
      patience.onRetry(`${messageOf(error)}${who}; attempt ${tries} was rolled back, trying again`);
      // Full jitter: two that met once should not meet again.
      const most = Math.min(100 * 2 ** tries, 5_000);
      await pause(patience.random() * most, undefined, { signal: patience.signal });
    }
  }
}

interface Blockers {
  last: readonly Blocker[];
}

/** Looks from the other session who keeps the worker waiting: once it has given up, nobody can tell any more. */
async function watchingBlockers(
  { ledger, worker }: ApplySessions,
  seen: Blockers,
  work: () => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const watching = (async () => {
    for (;;) {
      await pause(250, undefined, { signal: done.signal });
      const now = await readBlockersOf(ledger, worker.backendPid);
      if (now.length > 0) seen.last = now;
    }
  })().catch(() => undefined);
  try {
    await work();
  } finally {
    done.abort();
    await watching;
  }
}

function outOfPatience(error: unknown, { migration }: Attempt, { last }: Blockers): unknown {
  if (!isLockTimeout(error)) return error;
  const who = last.length === 0 ? '' : `: ${blockersText(last)}`;
  return new Blocked(
    'failed',
    'lock-timeout',
    `another session holds a lock that ${migration.name} needs${who}; nothing was changed`,
  );
}

async function attemptOnce(
  { ledger, worker }: ApplySessions,
  { migration, id, intents, approval }: Attempt,
  { lockTimeoutMs, signal }: Patience,
): Promise<void> {
  await worker.control('BEGIN');
  let xid: string | undefined;
  try {
    await worker.query(`SELECT set_config('lock_timeout', $1, true)`, [`${lockTimeoutMs}ms`]);
    if (approval !== null) await consumeApproval(worker, approval);
    for (const step of migration.steps) await worker.query(step.up);
    await recordBuilt(worker, id, await readBuilt(worker, intents));
    await recordApplied(worker, id, approval?.id ?? null);
    const [row] = await worker.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
    xid = row?.xid;
  } catch (error) {
    await worker.control('ROLLBACK').catch(() => undefined);
    throw error;
  }
  try {
    await worker.control('COMMIT');
  } catch (error) {
    // Nobody has said whether it was committed. The server knows: the transaction's id tells.
    if (!isConnectionLoss(error) || xid === undefined) throw error;
    // Where it cannot be asked either, the attempt stays open, and the next run finds out.
    if (!(await wasCommitted(ledger, xid, signal).catch(() => false))) throw error;
  }
}

async function readBuilt(worker: Session, intents: readonly Intent[]): Promise<BuiltIndex[]> {
  const built: BuiltIndex[] = [];
  for (const intent of intents) {
    const progress = intent.type === 'builds' ? await progressOf(worker, intent, []) : null;
    if (progress?.state === 'done' && progress.built !== null) built.push(progress.built);
  }
  return built;
}

/** What became of a transaction whose COMMIT was never answered. Waits while it is still at work. */
async function wasCommitted(session: Session, xid: string, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const [row] = await session.query<{ status: string | null }>(
      'SELECT pg_xact_status($1::xid8) AS status',
      [xid],
    );
    if (row?.status !== 'in progress') return row?.status === 'committed';
    await pause(50, undefined, { signal });
  }
}
