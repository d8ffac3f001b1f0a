import { PitstopError } from '../errors.ts';
import { attemptId, hashKey, type OpenAttempt } from '../journal/journal.ts';
import { Blocked, conclude, type Conclusion, type ItemReport } from '../outcome.ts';
import { isConnectionLoss } from '../pg/failure.ts';
import type { StepItem } from '../steps/step.ts';
import { isMarker, type Item } from '../task/item.ts';
import { concludeAdopted } from './adopted.ts';
import { concludeBatch } from './batch.ts';
import { concludeCache, countCalls } from './cache.ts';
import { discardChangeFiles } from './change-files.ts';
import { alreadyMet, choose } from './choose.ts';
import type { RunContext } from './context.ts';
import { deliver } from './deliver.ts';
import { openDossier, type Dossier } from './dossier.ts';
import { basisOf, gatherFacts, readSubjects, type Subjects } from './facts.ts';
import { inItemLab } from './item-lab.ts';
import { reportOf, untouched } from './item-report.ts';
import { discardMigrations } from './migration-files.ts';
import { readItem } from './read-item.ts';
import { begin, giveBack, record } from './record.ts';
import { locateEvidence } from './remembered.ts';
import { resume, resumeWaiting } from './resume.ts';
import { tryInRounds } from './rounds.ts';
import { concealConclusion, concealFinding } from './sensitive.ts';
import { noteSampled } from './sampled-values.ts';
import { blockedByServer } from './server-refusal.ts';

/** Works on one pending item, from its marker to its record. Whatever happens, the item ends correctly marked. */
export async function workOn(run: RunContext, file: string, item: Item): Promise<ItemReport> {
  const dossier = openDossier(file, item, await locateEvidence(run.root, run.config.evidence, file, item));
  const attempt = run.openAttempts.get(attemptId(file, hashKey(item.key))) ?? null;
  run.emit({ type: 'item-started', id: item.id, title: item.title, file, line: item.line });
  if (!(await begin(run, dossier))) {
    const message = 'the item was changed after the run began; the next run reads it anew';
    return untouched(file, item, null, { code: 'task-file-changed', message }, null);
  }
  let conclusion: Conclusion;
  try {
    conclusion =
      (await resume(run, dossier, attempt)) ??
      (await resumeWaiting(run, dossier, attempt)) ??
      (await wayOf(run, dossier));
  } catch (error) {
    conclusion = concludeFailure(blockedByServer(error));
    if (dossier.sensitive) conclusion = concealConclusion(conclusion);
    // What is, or may be, applied but is not yet verified stays begun: the next run goes on from the journal.
    if (dossier.effect !== 'none') return leftOpen(run, dossier, conclusion, error);
    await discardMigrations(run, dossier);
    await discardChangeFiles(run, dossier);
    asMeasured(dossier, conclusion);
    if (run.signal.aborted) {
      await giveBack(run, dossier, markerBefore(item, attempt));
      throw error;
    }
  }
  run.emit({
    type: 'phase',
    id: item.id,
    phase: 'record',
    message: `${conclusion.outcome}: ${conclusion.reason.message}`,
  });
  return record(run, dossier, conclusion);
}

/** recognise → look up its subject → a place to try changes → the search. */
async function wayOf(run: RunContext, dossier: Dossier): Promise<Conclusion> {
  const { inputs, step } = await readItem(run, dossier);
  const subjects = await readSubjects(run, step, { writing: true }).catch((error: unknown) => {
    // What cannot even be looked up is asked again only when the item changes.
    dossier.basis = basisOf(run, inputs, null);
    throw error;
  });
  dossier.basis = basisOf(run, inputs, subjects);
  dossier.targetMs = step.targetMs;
  noteSampled(dossier, subjects);

  return inItemLab(run, subjects, dossier, (place) => searchIn(place, dossier, step, subjects));
}

/** diagnose → propose, try, choose → judge → apply → verify. */
async function searchIn(
  run: RunContext,
  dossier: Dossier,
  step: StepItem,
  subjects: Subjects,
): Promise<Conclusion> {
  // Read before anything is measured: what pitstop executes is counted, too.
  const counts = await countCalls(run, step.limits, subjects);
  const facts = await gatherFacts(run, step, subjects, dossier);
  const study = step.study(facts, run.config.trial.maxCandidates);
  dossier.findings = dossier.sensitive ? study.findings.map(concealFinding) : study.findings;
  tellDiagnosis(run, dossier);

  const adopted = await concludeAdopted(run, dossier);
  if (adopted !== null) return adopted;
  // A target is about one call: what each takes is then the question.
  const batch = step.targetMs === null ? await concludeBatch(run, dossier, facts) : null;
  if (batch !== null) return batch;
  const met = study.settle([]) ?? alreadyMet(dossier);
  if (met !== null) return asMeasured(dossier, met);

  await tryInRounds(run, study, facts, dossier);
  const settled = study.settle(dossier.trials);
  if (settled !== null) return asMeasured(dossier, settled);
  const choice = choose(run, dossier, facts.relations ?? []);
  if (choice.type === 'end') {
    const { limits } = step;
    return concludeCache(run, dossier, facts, { limits, counts }, asMeasured(dossier, choice.conclusion));
  }
  return deliver(run, dossier, choice.proposal, choice.trial);
}

function leftOpen(run: RunContext, dossier: Dossier, conclusion: Conclusion, error: unknown): ItemReport {
  if (run.signal.aborted) throw error;
  return reportOf(dossier, '~', conclusion, null);
}

/** Where nothing was changed, today's numbers are the item's. */
function asMeasured(dossier: Dossier, conclusion: Conclusion): Conclusion {
  dossier.changes = null;
  dossier.rewrite = null;
  dossier.session = null;
  dossier.after = null;
  dossier.speedup = null;
  dossier.rows = 'not-applicable';
  dossier.before = dossier.baseline?.measurement ?? null;
  dossier.lowerBound = dossier.baseline?.lowerBound ?? false;
  dossier.rowCounts = dossier.baseline?.rowCounts ?? [];
  return conclusion;
}

function concludeFailure(error: unknown): Conclusion {
  if (error instanceof Blocked) return error.conclusion;
  if (isConnectionLoss(error)) {
    return conclude(
      'failed',
      'connection-lost',
      'the connection to the server was lost; run again when it is back',
    );
  }
  if (error instanceof PitstopError) return conclude('failed', error.code, error.message);
  return conclude('failed', 'internal', error instanceof Error ? error.message : String(error));
}

function markerBefore(item: Item, attempt: OpenAttempt | null) {
  const marker = attempt?.marker ?? item.marker;
  return isMarker(marker) && marker !== '~' ? marker : ' ';
}

function tellDiagnosis(run: RunContext, { item, findings, baseline, probe }: Dossier): void {
  if (probe === null && findings.length === 0) return;
  const time = baseline === null ? '' : `${baseline.measurement.medianMs.toFixed(2)} ms; `;
  const message =
    time + (findings.map((finding) => finding.message).join('; ') || 'nothing wrong in the plan');
  run.emit({ type: 'phase', id: item.id, phase: 'diagnose', message });
}
