import { setTimeout as pause } from 'node:timers/promises';
import { applyMigration, revertMigration, type ApplySessions } from '../migration/apply.ts';
import { ensureLedger } from '../migration/ledger.ts';
import type { Migration } from '../migration/migration.ts';
import { readRelation } from '../pg/catalog/relations.ts';
import { readBuildProgress } from '../pg/catalog/build-progress.ts';
import { withSession } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { Blocked } from '../outcome.ts';
import { blockedWhileApplying } from './server-refusal.ts';

/** Applies the item's migrations in order. When one fails, it and those before it are undone, and the item ends. */
export async function applyChange(run: RunContext, dossier: Dossier): Promise<void> {
  const { file, item, migrations } = dossier;
  const origin = { taskFile: file, itemId: item.id, environment: run.environment };
  await requireRights(run, migrations);
  await ensureLedger(run.control);
  const applied: Migration[] = [];
  for (const migration of migrations) {
    const message = migration.steps.map(({ up }) => up).join('; ');
    run.emit({ type: 'phase', id: item.id, phase: 'apply', message });
    try {
      await withWorker(run, item.id, (sessions) => applyMigration(sessions, migration, origin));
      applied.push(migration);
    } catch (error) {
      await revertAll(run, item.id, applied);
      throw run.signal.aborted ? error : blockedWhileApplying(error);
    }
  }
}

/** Undoes migrations that this item's change has applied, the last one first. */
export async function revertAll(run: RunContext, id: string, applied: readonly Migration[]): Promise<void> {
  for (const migration of applied.toReversed()) {
    await withWorker(run, id, (sessions) => revertMigration(sessions, migration));
  }
}

/** A session of its own for the work, which an interruption may cancel, watched from the control session. */
async function withWorker<T>(
  run: RunContext,
  id: string,
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
async function watchBuild(run: RunContext, pid: number, id: string, done: AbortSignal): Promise<void> {
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
    const relation = await readRelation(run.reader, { schema: builds.schema, name: builds.table });
    if (relation?.mayIndex === true) continue;
    const table = quoteQualified({ schema: builds.schema, name: builds.table });
    throw new Blocked(
      'failed',
      'permission-denied',
      `an index on ${table} needs a role that owns the table and may create in its schema`,
    );
  }
}
