import { PitstopError } from '../errors.ts';
import { attemptId, hashKey, readLastDecision, type OpenAttempt } from '../journal/journal.ts';
import { readAppliedOf } from '../migration/ledger.ts';
import { readUsedApproval } from '../migration/used-approval.ts';
import { isConnectionLoss } from '../pg/failure.ts';
import { recognise } from '../steps/registry.ts';
import type { StepItem } from '../steps/step.ts';
import type { TestReport } from '../project-tests/report.ts';
import { fingerprint } from '../task/fingerprint.ts';
import type { InputFields } from '../task/input.ts';
import { isMarker, type Item } from '../task/item.ts';
import { revertAll } from './apply.ts';
import { alreadyMet, choose } from './choose.ts';
import type { RunContext } from './context.ts';
import { databaseOf, type Decision } from './decision.ts';
import { carryOutLater, deliver, useTrial, writeDown } from './deliver.ts';
import { openDossier, type Dossier } from './dossier.ts';
import { isAskedFor, isWaiting, locateEvidence, type RememberedEvidence } from './remembered.ts';
import { basisOf, gatherFacts, readSubjects, type Subjects } from './facts.ts';
import { isInForce } from './in-place.ts';
import { readInputs } from './inputs.ts';
import { discardMigrations } from './migration-files.ts';
import { Blocked, conclude, type Conclusion, type ItemReport } from '../outcome.ts';
import { begin, giveBack, record } from './record.ts';
import { reportOf, untouched } from './item-report.ts';
import { confirm } from './project-tests.ts';
import { concealConclusion, concealFinding } from './sensitive.ts';
import { tryInRounds } from './rounds.ts';
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

/** recognise → diagnose → propose, try, choose → judge → apply → verify. */
async function wayOf(run: RunContext, dossier: Dossier): Promise<Conclusion> {
  const { inputs, step } = await readItem(run, dossier);
  const subjects = await readSubjects(run, step).catch((error: unknown) => {
    // What cannot even be looked up is asked again only when the item changes.
    dossier.basis = basisOf(run, inputs, null);
    throw error;
  });
  dossier.basis = basisOf(run, inputs, subjects);
  dossier.targetMs = step.targetMs;

  const facts = await gatherFacts(run, subjects, dossier);
  const study = step.study(facts, run.config.trial.maxCandidates);
  dossier.findings = dossier.sensitive ? study.findings.map(concealFinding) : study.findings;
  tellDiagnosis(run, dossier);

  const met = alreadyMet(dossier);
  if (met !== null) return asMeasured(dossier, met);

  await tryInRounds(run, study, facts, dossier);
  const choice = choose(run, dossier, facts.relations ?? []);
  if (choice.type === 'end') return asMeasured(dossier, choice.conclusion);
  return deliver(run, dossier, choice.proposal, choice.trial);
}

async function readItem(run: RunContext, dossier: Dossier): Promise<{ inputs: InputFields; step: StepItem }> {
  const { fields: inputs } = await readInputs(run.root, dossier.item);
  dossier.sensitive = inputs.sensitive;
  dossier.basis = basisOf(run, inputs, null);
  const recognition = recognise(inputs);
  if (recognition.result === 'unclear')
    throw new Blocked('needs-information', 'kind-unclear', recognition.question);
  if (recognition.result === 'not-ours')
    throw new Blocked('needs-information', 'no-statement', 'which statement is slow? Put it into Query.');
  dossier.kind = recognition.kind.kind;
  const read = recognition.kind.read(inputs);
  if (!read.ok) throw new Blocked('needs-information', 'fields-invalid', read.problems.join('; '));
  return { inputs, step: read.item };
}

/**
 * Goes on after a crash: what was decided and has taken effect is verified and recorded, anything else starts over. So
 * does an item that asks something else by now: its change is taken back. What was decided for another database stays
 * there.
 */
async function resume(
  run: RunContext,
  dossier: Dossier,
  attempt: OpenAttempt | null,
): Promise<Conclusion | null> {
  const decision = (attempt?.decision ?? null) as Decision | null;
  if (decision === null || run.options.dryRun || decision.database !== databaseOf(run)) return null;
  const { earlier, item } = dossier;
  const isAskedStill = decision.asked === fingerprint(item);
  // All but the journal's last word was written: what was recorded then is none of this question's.
  const isRecorded = item.marker !== '~' && earlier !== null && isSameMigrations(decision, earlier);
  if (!isAskedStill && isRecorded && !isWaiting(earlier)) return null;
  const applied = await readAppliedOf(run.control, decision.migrations);
  dossier.migrations = decision.migrations;
  if (!isAskedStill || !decision.migrations.every(({ name }) => applied.has(name))) {
    await revertAll(
      run,
      dossier.item.id,
      decision.migrations.filter(({ name }) => applied.has(name)),
    );
    await discardMigrations(run, dossier);
    return null;
  }
  run.emit({
    type: 'phase',
    id: dossier.item.id,
    phase: 'prepare',
    message: 'an earlier run applied this and died; going on from there',
  });
  const { inputs, step } = await readItem(run, dossier);
  dossier.targetMs = step.targetMs;
  takeUp(run, dossier, decision, await readSubjectsAgain(run, step), inputs);
  await takeUpApplied(run, dossier);
  return confirm(run, dossier, decision.trial, testsOf(attempt));
}

/**
 * Goes on where an earlier run stopped to wait: for an answer to its request, or for somebody to apply what it wrote.
 * Only while the item asks what it asked then; else it starts over.
 */
async function resumeWaiting(
  run: RunContext,
  dossier: Dossier,
  attempt: OpenAttempt | null,
): Promise<Conclusion | null> {
  const { earlier, file, item } = dossier;
  if (earlier === null || !isWaiting(earlier) || run.options.dryRun || run.options.redo) return null;
  const decision = (await readLastDecision(run.journalPath, file, hashKey(item.key))) as Decision | null;
  if (decision === null || !isSameMigrations(decision, earlier)) return null;
  if (decision.asked !== fingerprint(item)) return null;
  const { inputs, step } = await readItem(run, dossier);
  const subjects = await readSubjectsAgain(run, step);
  const isApplied = await isInForce(run, decision.migrations);
  // What was not measured is cheap to find again, from the item itself.
  if (!isApplied && (!isAskedFor(earlier) || decision.trial === null)) return null;
  if (!isApplied && (subjects === null || basisOf(run, inputs, subjects) !== earlier.basis)) return null;
  dossier.targetMs = step.targetMs;
  takeUp(run, dossier, decision, subjects, inputs);
  if (!isApplied) return carryOutLater(run, dossier, decision);
  await writeDown(run, dossier, decision);
  await takeUpApplied(run, dossier);
  return confirm(run, dossier, decision.trial, testsOf(attempt));
}

/** The project's tests as they were before the attempt applied anything. */
function testsOf(attempt: OpenAttempt | null): TestReport | null {
  return (attempt?.tests ?? null) as TestReport | null;
}

function isSameMigrations(decision: Decision, { migrations }: RememberedEvidence): boolean {
  const [decided, recorded] = [
    decision.migrations.map(({ upPath }) => upPath),
    migrations.map(({ up }) => up),
  ];
  return decided.length > 0 && decided.join('\n') === recorded.join('\n');
}

/** After the change the item's subject may be gone: an index that was dropped. */
async function readSubjectsAgain(run: RunContext, step: StepItem): Promise<Subjects | null> {
  return readSubjects(run, step).catch((error: unknown) => {
    if (error instanceof Blocked) return null;
    throw error;
  });
}

/** Fills the dossier with what an earlier run knew when it decided. */
function takeUp(
  run: RunContext,
  dossier: Dossier,
  decision: Decision,
  subjects: Subjects | null,
  inputs: InputFields,
): void {
  dossier.basis = basisOf(run, inputs, subjects);
  dossier.probe = subjects?.statement?.probe ?? null;
  dossier.baseline = decision.baseline;
  dossier.migrations = decision.migrations;
  if (decision.trial !== null) dossier.trials.push(decision.trial);
  useTrial(dossier, decision, decision.trial);
}

/** What an earlier run, or somebody by its name, has applied: its files, and the approval that it was applied under. */
async function takeUpApplied(run: RunContext, dossier: Dossier): Promise<void> {
  const { migrations } = dossier;
  dossier.files.push(...migrations.flatMap(({ files }) => files.map(({ path }) => path)));
  dossier.approval = await readUsedApproval(
    run.control,
    migrations.map(({ name }) => name),
  );
  dossier.effect = 'applied';
}

function leftOpen(run: RunContext, dossier: Dossier, conclusion: Conclusion, error: unknown): ItemReport {
  if (run.signal.aborted) throw error;
  return reportOf(dossier, '~', conclusion, null);
}

/** Where nothing was changed, today's numbers are the item's. */
function asMeasured(dossier: Dossier, conclusion: Conclusion): Conclusion {
  dossier.changes = null;
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

function tellDiagnosis(run: RunContext, { item, findings, baseline }: Dossier): void {
  const time = baseline === null ? '' : `${baseline.measurement.medianMs.toFixed(2)} ms; `;
  const message =
    time + (findings.map((finding) => finding.message).join('; ') || 'nothing wrong in the plan');
  run.emit({ type: 'phase', id: item.id, phase: 'diagnose', message });
}
