import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { slug } from '../migration/migration.ts';
import type { Item } from '../task/item.ts';
import type { Trial } from '../trial.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { shownStatement } from './sensitive.ts';
import type { Conclusion } from '../outcome.ts';

/**
 * Where an item's evidence is: the path that its own Evidence field names, so that a renamed heading loses nothing; else
 * `docs/performance/tasks-0001-database-performance/1.1-speed-up-the-order-history-1f3a5c.json`, the last part being
 * the hash of the item's key: ids and titles repeat in real files.
 */
export function evidencePath(folder: string, file: string, item: Item): string {
  const named = item.fields.find((field) => field.key === 'evidence' && field.code)?.text ?? '';
  if (named.startsWith(`${folder}/`) && named.endsWith('.json') && !named.includes('..')) return named;
  const words = slug(item.title)
    .split('_')
    .reduce((name, word) => (name.length + word.length < 40 ? `${name}-${word}` : name));
  const id = item.ownId ? `${item.id.replace(/[^\w.-]+/g, '_')}-` : '';
  const hash = createHash('sha256').update(item.key).digest('hex').slice(0, 6);
  return `${folder}/${slug(basename(file, '.md')).replaceAll('_', '-')}/${id}${words}-${hash}.json`;
}

/** Everything that a reviewer needs to believe the numbers. No host, no user, no password. */
export function evidenceOf(
  run: RunContext,
  dossier: Dossier,
  conclusion: Conclusion,
  fields: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const { item, file, kind, findings, baseline, trials, chosen, judgement } = dossier;
  return {
    schemaVersion: 1,
    tool: `pitstop ${run.version}`,
    recordedAt: run.now().toISOString(),
    taskFile: file,
    item: { id: item.id, title: item.title },
    kind,
    outcome: conclusion.outcome,
    reason: conclusion.reason,
    environment: run.environment,
    server: {
      version: run.server.version,
      database: run.server.database,
      systemIdentifier: run.server.systemIdentifier,
      databaseOid: run.server.databaseOid,
    },
    lab: run.lab?.name ?? null,
    statement: shownStatement(dossier),
    findings,
    before: dossier.before,
    after: dossier.after,
    speedup: dossier.speedup,
    lowerBound: dossier.lowerBound,
    rows: dossier.rows,
    rowCounts: dossier.rowCounts,
    trials: trials.map(trialOf),
    plans: dossier.sensitive ? null : { before: baseline?.plan ?? null, after: chosen?.planAfter ?? null },
    verdict: judgement,
    migrations: dossier.migrations.map(({ upPath, downPath, steps }) => ({
      up: upPath,
      down: downPath,
      statements: steps.map((step) => step.up),
    })),
    request: dossier.request?.id ?? null,
    fields: Object.fromEntries(fields),
    basis: dossier.basis,
  };
}

/** A trial without its plan and steps; samples stay, so that anybody can recompute the interval. */
function trialOf(trial: Trial): Record<string, unknown> {
  const { proposal, state, accepted, reason } = trial;
  const common = { change: proposal.change.summary, why: proposal.reason, state, accepted, reason };
  if (trial.state !== 'measured') return common;
  const { before, after, speedup, lowerBound, rows, sizeBytes, pairs } = trial;
  const samplesMs = pairs.map(({ beforeMs, afterMs }) => [round(beforeMs), round(afterMs)]);
  return { ...common, before, after, speedup, lowerBound, rows, sizeBytes, samplesMs };
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
