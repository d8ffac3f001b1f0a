import { setTimeout as pause } from 'node:timers/promises';
import { readIndexBeingBuilt } from '../pg/catalog/build-progress.ts';
import type { Session } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { ApplySessions } from './apply-sessions.ts';
import type { BuiltIndex, Intent } from './intent.ts';
import { recordApplied, recordBuilt } from './ledger.ts';
import type { Migration } from './migration.ts';
import { progressOf } from './postcondition.ts';

/** Applies a migration that cannot run in a transaction, and looks in the catalog whether it took effect. */
export async function applyAlone(
  { ledger, worker }: ApplySessions,
  migration: Migration,
  id: string,
  intents: readonly Intent[],
): Promise<void> {
  // Any timeout that strikes during a concurrent build leaves an invalid index; it waits without blocking anybody.
  await worker.query(
    `SELECT set_config('lock_timeout', '0', false), set_config('statement_timeout', '0', false),
            set_config('transaction_timeout', '0', false), set_config('idle_in_transaction_session_timeout', '0', false)`,
  );
  const done = new AbortController();
  const noting = noteIndexBeingBuilt(ledger, worker.backendPid, id, done.signal);
  try {
    for (const step of migration.steps) await worker.query(step.up);
  } finally {
    done.abort();
    await noting;
  }
  const built: BuiltIndex[] = [];
  for (const intent of intents) built.push(...(await requireDone(ledger, intent)));
  await recordBuilt(ledger, id, built);
  await recordApplied(ledger, id, null);
}

async function requireDone(session: Session, intent: Intent): Promise<BuiltIndex[]> {
  if (intent.type === 'nothing' || intent.type === 'unknown') return [];
  const progress = await progressOf(session, intent, []);
  if (progress.state === 'done') return progress.built === null ? [] : [progress.built];
  const expected =
    intent.type === 'builds' ? 'is not there as a valid index after its build' : 'is still there';
  throw new Error(`${quoteQualified(intent)} ${expected}`);
}

/**
 * Writes down which index the worker's backend is building, as soon as the server shows it. Should this process die,
 * its successor knows the very object that may be removed, and not only its name.
 */
async function noteIndexBeingBuilt(
  ledger: Session,
  pid: number,
  id: string,
  done: AbortSignal,
): Promise<void> {
  while (!done.aborted) {
    const building = await readIndexBeingBuilt(ledger, pid).catch(() => null);
    if (building !== null) {
      await recordBuilt(ledger, id, [building]).catch(() => undefined);
      return;
    }
    await pause(20, undefined, { signal: done }).catch(() => undefined);
  }
}
