import { setTimeout as pause } from 'node:timers/promises';
import { dropIndexStep } from '../change.ts';
import type { Approval } from '../gate/approval.ts';
import { applyMigration, type ApplyTerms } from '../migration/apply.ts';
import type { ApplySessions } from '../migration/apply-sessions.ts';
import type { Patience } from '../migration/apply-together.ts';
import { readLastAttempts, sha256, type LedgerRow } from '../migration/ledger.ts';
import type { Migration } from '../migration/migration.ts';
import { isUndoneByRemoval, takeBack } from '../migration/revert.ts';
import { ensureLedger } from '../migration/schema.ts';
import { readRelation } from '../pg/catalog/relations.ts';
import { readBuildProgress } from '../pg/catalog/build-progress.ts';
import { isConnectionLoss, serverError, sqlState } from '../pg/failure.ts';
import { withSession } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';
import { note, noteAnchored } from './audit.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { Blocked } from '../outcome.ts';
import { needsRepair } from './repair.ts';
import { blockedWhileApplying } from './server-refusal.ts';

/**
 * Applies the item's migrations in order. When one fails, it and those before it are undone, and the item ends. When
 * the connection is lost, the item stays begun: the next run finds out what took effect.
 */
export async function applyChange(
  run: RunContext,
  dossier: Dossier,
  approval: Approval | null,
): Promise<void> {
  const { file, item, migrations } = dossier;
  await requireRights(run, migrations);
  if (migrations.length > 0) await ensureLedger(run.control);
  const applied: Migration[] = [];
  for (const migration of migrations) {
    const message = migration.steps.map(({ up }) => up).join('; ');
    run.emit({ type: 'phase', id: item.id, phase: 'apply', message });
    dossier.effect = 'in-doubt';
    try {
      await applyAudited(run, item.id, migration, {
        origin: { taskFile: file, itemId: item.id, environment: run.environment },
        approval,
        consume: applied.length === 0,
        reverts: null,
      });
      applied.push(migration);
    } catch (error) {
      if (isConnectionLoss(error)) throw error;
      if (await isUnsettled(run, migration)) throw unsettled(error);
      await revertAll(run, item.id, applied);
      dossier.effect = 'none';
      if (run.signal.aborted) throw error;
      throw (await needsRepair(run, migration, error)) ?? blockedWhileApplying(error);
    }
  }
  dossier.effect = 'applied';
}

/**
 * Whether a migration that failed has taken effect all the same, or half: what was to be written down of it was not, or
 * an index is half removed. It is not undone then: the next run settles it, and goes on from there.
 */
async function isUnsettled(run: RunContext, { name }: Migration): Promise<boolean> {
  const state = (await readLastAttempts(run.control)).get(name)?.state;
  return state === 'applied' || state === 'running';
}

function unsettled(error: unknown): unknown {
  const refusal = serverError(error);
  if (refusal === null) return error;
  const message = `the server says: ${refusal.message}; what it has begun is finished by the next run`;
  return new Blocked('failed', 'apply-failed', message);
}

/** Applies one migration on a session of its own; the log says so before and after, the ledger holds the log's head. */
export async function applyAudited(
  run: RunContext,
  id: string | null,
  migration: Migration,
  terms: Omit<ApplyTerms, 'patience'>,
): Promise<void> {
  const { name } = migration;
  const [upSha256, environment] = [sha256(migration.upText), run.environment];
  await noteAnchored(run, {
    event: 'apply-started',
    migration: name,
    upSha256,
    environment,
    sql: migration.steps.map(({ up }) => up),
  });
  try {
    const patience = patienceOf(run, id);
    await withWorker(run, id, (sessions) => applyMigration(sessions, migration, { ...terms, patience }));
  } catch (error) {
    const reason = isConnectionLoss(error) ? 'connection-lost' : 'apply-failed';
    await note(run, { event: 'apply-failed', migration: name, reason, sqlState: sqlState(error) });
    throw error;
  }
  const { approval, consume } = terms;
  if (approval !== null && consume)
    await note(run, { event: 'consumed', request: approval.request, approval: approval.id, migration: name });
  const { database } = run.server;
  await noteAnchored(run, { event: 'apply-finished', migration: name, upSha256, environment, database });
}

/** How long a migration waits for locks that others hold. */
function patienceOf(run: RunContext, id: string | null): Patience {
  return {
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    deadlineMs: run.limits.patienceMs,
    clock: run.series.clock,
    random: run.series.random,
    signal: run.signal,
    onRetry: (message) => run.emit({ type: 'phase', id, phase: 'apply', message }),
  };
}

/** Whoever waits for a strong lock makes readers queue behind it; two seconds of that are bearable. */
const LOCK_TIMEOUT_MS = 2_000;

/**
 * Undoes migrations that this item's change has applied, the last one first: the very objects that they built.
 * @returns the names of those that stay applied, since more than removing would be needed
 */
export async function revertAll(
  run: RunContext,
  id: string,
  applied: readonly Migration[],
): Promise<string[]> {
  const stay: string[] = [];
  for (const { name } of applied.toReversed()) {
    const row = (await readLastAttempts(run.control)).get(name);
    if (row === undefined || row.state !== 'applied') continue;
    if (isUndoneByRemoval(row)) await takeBackRow(run, id, row);
    else {
      stay.push(name);
      const message = `${name} stays applied: pitstop revert ${name} takes it back, through the gate`;
      run.emit({ type: 'phase', id, phase: 'apply', message });
    }
  }
  return stay;
}

/** Removes what an attempt built, under the approval that the attempt had, if any: its undo is part of that. */
export async function takeBackRow(run: RunContext, id: string | null, row: LedgerRow): Promise<void> {
  const planned = row.built.toReversed().map((index) => dropIndexStep(index).up);
  await noteAnchored(run, {
    event: 'apply-started',
    migration: row.name,
    upSha256: sha256(planned.map((sql) => `${sql};\n`).join('')),
    environment: run.environment,
    sql: planned,
  });
  const origin = { taskFile: row.taskFile, itemId: row.item, environment: run.environment };
  const terms = { origin, approval: null, patience: patienceOf(run, id) };
  const sql = await withWorker(run, id, (sessions) => takeBack(sessions, row, terms));
  await noteAnchored(run, { event: 'reverted', migration: row.name, reason: 'taken-back', sql });
}

/** A session of its own for the work, which an interruption may cancel, watched from the control session. */
async function withWorker<T>(
  run: RunContext,
  id: string | null,
  use: (sessions: ApplySessions) => Promise<T>,
): Promise<T> {
  return withSession(run.target, 'apply', run.signal, async (worker) => {
    const done = new AbortController();
    const watching = watchBuild(run, worker.backendPid, id, done.signal);
    try {
      return await use({ ledger: run.control, worker });
    } finally {
      done.abort();
      await watching;
    }
  });
}

/** Tells who keeps a concurrent build waiting: it waits for as long as they do. */
async function watchBuild(run: RunContext, pid: number, id: string | null, done: AbortSignal): Promise<void> {
  let told = '';
  while (!done.aborted) {
    await pause(2_000, undefined, { signal: done }).catch(() => undefined);
    if (done.aborted) return;
    const progress = await readBuildProgress(run.reader, pid).catch(() => null);
    const message =
      progress === null || progress.waitsFor.length === 0
        ? ''
        : `${progress.phase}: waiting for ${progress.waitsFor.join(', ')}`;
    // Seconds go by; who is waited for is the news.
    const news = message.replace(/ for \d+ s/g, '');
    if (news !== '' && news !== told) run.emit({ type: 'phase', id, phase: 'apply', message });
    told = news;
  }
}

async function requireRights(run: RunContext, migrations: readonly Migration[]): Promise<void> {
  for (const { builds } of migrations.flatMap(({ steps }) => steps)) {
    if (builds === null) continue;
    const relation = await readRelation(run.control, { schema: builds.schema, name: builds.table });
    if (relation?.mayIndex === true) continue;
    const table = quoteQualified({ schema: builds.schema, name: builds.table });
    throw new Blocked(
      'failed',
      'permission-denied',
      `an index on ${table} needs a role that owns the table and may create in its schema`,
    );
  }
}
