import { hashKey, readLastDecision, type OpenAttempt } from '../journal/journal.ts';
import { readAppliedOf } from '../migration/ledger.ts';
import { readUsedApproval } from '../migration/used-approval.ts';
import { Blocked, type Conclusion } from '../outcome.ts';
import type { TestReport } from '../project-tests/report.ts';
import type { StepItem } from '../steps/step.ts';
import { fingerprint } from '../task/fingerprint.ts';
import { inputFields, type InputFields } from '../task/input.ts';
import type { Item } from '../task/item.ts';
import { revertAll } from './apply.ts';
import { carryOutLater, writeDown } from './carry-out.ts';
import type { RunContext } from './context.ts';
import { databaseOf, type Decision } from './decision.ts';
import { useTrial } from './deliver.ts';
import type { Dossier } from './dossier.ts';
import { basisOf, readSubjects, type Subjects } from './facts.ts';
import { isInForce } from './in-place.ts';
import { discardMigrations } from './migration-files.ts';
import { confirm } from './project-tests.ts';
import { readItem } from './read-item.ts';
import { isAskedFor, isWaiting, type RememberedEvidence } from './remembered.ts';
import { noteSampled } from './sampled-values.ts';
import { holdsChosen } from './workload.ts';

/**
 * Goes on after a crash: what was decided and has taken effect is verified and recorded, anything else starts over. So
 * does an item that asks something else by now: its change is taken back. What was decided for another database stays
 * there.
 */
export async function resume(
  run: RunContext,
  dossier: Dossier,
  attempt: OpenAttempt | null,
): Promise<Conclusion | null> {
  const decision = (attempt?.decision ?? null) as Decision | null;
  if (decision === null || run.options.dryRun || decision.database !== databaseOf(run)) return null;
  // Files are written whole, so that nothing is lost by beginning again.
  if (decision.migrations.length === 0 && (decision.change.files ?? []).length > 0) return null;
  const { earlier, item } = dossier;
  const isAskedStill = await asksStill(run, decision, item);
  // All but the journal's last word was written: what was recorded then is none of this question's.
  const isRecorded = item.marker !== '~' && earlier !== null && isSameMigrations(decision, earlier);
  if (!isAskedStill && isRecorded && !isWaiting(earlier)) return null;
  const applied = await readAppliedOf(run.control, decision.migrations);
  dossier.migrations = decision.migrations;
  if (
    !isAskedStill ||
    lacksRewrite(decision, item) ||
    !decision.migrations.every(({ name }) => applied.has(name))
  ) {
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
  const { inputs, step } = await readItem(run, dossier, decision.workload);
  dossier.targetMs = step.targetMs;
  takeUp(run, dossier, decision, await readSubjectsAgain(run, step), inputs);
  await takeUpApplied(run, dossier);
  return confirm(run, dossier, decision.trial, testsOf(attempt));
}

/**
 * Goes on where an earlier run stopped to wait: for an answer to its request, or for somebody to apply what it wrote.
 * Only while the item asks what it asked then; else it starts over.
 */
export async function resumeWaiting(
  run: RunContext,
  dossier: Dossier,
  attempt: OpenAttempt | null,
): Promise<Conclusion | null> {
  const { earlier, file, item } = dossier;
  if (earlier === null || !isWaiting(earlier) || run.options.dryRun || run.options.redo) return null;
  const decision = (await readLastDecision(run.journalPath, file, hashKey(item.key))) as Decision | null;
  if (decision === null || !isSameMigrations(decision, earlier)) return null;
  if (!(await asksStill(run, decision, item)) || lacksRewrite(decision, item)) return null;
  const { inputs, step } = await readItem(run, dossier, decision.workload);
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

/** Whether the item asks what it asked when that was decided, of the statement that was chosen for it then. */
async function asksStill(run: RunContext, decision: Decision, item: Item): Promise<boolean> {
  return decision.asked === fingerprint(item) && (await holdsChosen(run, decision.workload ?? null));
}

/** The journal has no literals of a sensitive statement, nor of a rewrite of it. */
function lacksRewrite({ change }: Decision, item: Item): boolean {
  return change.rewrite !== undefined && inputFields(item).sensitive;
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
  return readSubjects(run, step, { writing: true }).catch((error: unknown) => {
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
  const probe = subjects?.statement?.probe ?? null;
  // Statistics may be others by now; what was measured before was measured with these values.
  dossier.probe = subjects?.sampled == null ? probe : (decision.trial?.proposal.probe ?? probe);
  if (subjects !== null) noteSampled(dossier, subjects);
  dossier.names = subjects?.statement?.names ?? [];
  dossier.writes = subjects?.statement?.writes != null;
  dossier.baseline = decision.baseline;
  dossier.source = decision.source ?? dossier.source;
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
