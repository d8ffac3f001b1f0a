import type { TestedChange } from '../project-tests/compare.ts';
import type { Pair } from '../measure/statistics.ts';
import type { TestReport } from '../project-tests/report.ts';
import type { Trial } from '../trial.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import type { RememberedEvidence, RememberedMigration } from './remembered.ts';
import { shownStatement } from './sensitive.ts';
import type { Conclusion } from '../outcome.ts';

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
    lab: dossier.lab ?? run.labName,
    statement: shownStatement(dossier),
    workload: dossier.workload,
    findings,
    before: dossier.before,
    after: dossier.after,
    speedup: dossier.speedup,
    lowerBound: dossier.lowerBound,
    rows: dossier.rows,
    rowCounts: dossier.rowCounts,
    rewrite: dossier.rewrite,
    session: dossier.session,
    notes: dossier.notes,
    trials: trials.map(trialOf),
    batch: dossier.batch === null ? null : batchOf(dossier.batch),
    cache: dossier.cache,
    equivalence: dossier.examination?.equivalence ?? null,
    writeCosts: dossier.examination?.writeCosts ?? [],
    plans: dossier.sensitive ? null : { before: baseline?.plan ?? null, after: chosen?.planAfter ?? null },
    verdict: judgement,
    tests: dossier.tests === null ? null : testsOf(dossier.tests),
    migrations: recordedMigrations(dossier),
    files: recordedFiles(dossier),
    configures: dossier.written.length > 0 ? dossier.configures : (dossier.earlier?.configures ?? []),
    request: dossier.request?.id ?? null,
    approval: approvalOf(dossier),
    fields: Object.fromEntries(fields),
    basis: dossier.basis,
  };
}

/** The item's migrations, with those of an earlier run that still do their part. */
export function recordedMigrations({ keptMigrations, migrations }: Dossier): RememberedMigration[] {
  const own = migrations.map(({ name, format, files, upPath, downPath, steps }) => ({
    name,
    format,
    up: upPath,
    down: downPath,
    files: files.map(({ path }) => path),
    statements: steps.map((step) => step.up),
  }));
  const names = new Set(own.map(({ name }) => name));
  return [...keptMigrations.filter(({ name }) => !names.has(name)), ...own];
}

/** The item's files, with those of an earlier run that this one has not written anew: they may well be there still. */
function recordedFiles({ earlier, written }: Dossier): RememberedEvidence['files'] {
  const own = written.map(({ path, sha256, role }) => ({ path, sha256, role }));
  const paths = new Set(own.map(({ path }) => path));
  return [...(earlier?.files ?? []).filter(({ path }) => !paths.has(path)), ...own];
}

/** Who let it through, and how. What was signed names the host, so it stays in the ledger. */
function approvalOf({ approval }: Dossier): Record<string, unknown> | null {
  if (approval === null) return null;
  const { id, request, requestSha256, method, approver, issued, expires } = approval;
  return { id, request, requestSha256, method, approver, issued, expires };
}

/** How many failing tests are named; a broken build fails all of them. */
const MOST_FAILING = 20;

function testsOf({ before, after, comparison }: TestedChange): Record<string, unknown> {
  return {
    command: after.command,
    verdict: comparison.verdict,
    newlyFailing: comparison.newlyFailing.slice(0, MOST_FAILING),
    before: before === null ? null : countsOf(before),
    after: countsOf(after),
  };
}

function countsOf({ code, timedOut, counted, passed, failed, skipped, failing }: TestReport) {
  const named = failing.slice(0, MOST_FAILING);
  return { code, timedOut, counted, passed, failed, skipped, failing: named };
}

/** A trial without its plan and steps; samples stay, so that anybody can recompute the interval. */
function trialOf(trial: Trial): Record<string, unknown> {
  const { proposal, state, accepted, reason } = trial;
  const common = { change: proposal.change.summary, why: proposal.reason, state, accepted, reason };
  if (trial.state === 'observed') return { ...common, where: trial.where, observations: trial.observations };
  if (trial.state !== 'measured') return common;
  const { before, after, speedup, lowerBound, rows, sizeBytes, pairs } = trial;
  const samplesMs = samplesOf(pairs);
  const genericPlan = trial.genericPlan ?? null;
  return { ...common, before, after, speedup, lowerBound, rows, sizeBytes, genericPlan, samplesMs };
}

function batchOf({ counted, keys, pairs }: NonNullable<Dossier['batch']>): Record<string, unknown> {
  return { counted, keys, samplesMs: samplesOf(pairs) };
}

function samplesOf(pairs: readonly Pair[]): number[][] {
  return pairs.map(({ beforeMs, afterMs }) => [round(beforeMs), round(afterMs)]);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
