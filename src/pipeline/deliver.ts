import type { Proposal } from '../change.ts';
import type { Approval } from '../gate/approval.ts';
import type { Judgement } from '../gate/verdict.ts';
import { appendJournal, hashKey } from '../journal/journal.ts';
import type { TestReport } from '../project-tests/report.ts';
import { fingerprint } from '../task/fingerprint.ts';
import type { MeasuredTrial } from '../trial.ts';
import { applyChange } from './apply.ts';
import { note } from './audit.ts';
import { answerTo, type Answer } from './approval.ts';
import { appliesItself, type RunContext } from './context.ts';
import { databaseOf, type Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import { judgeIn } from './judge.ts';
import { handOver, wouldHandOver } from './hand-over.ts';
import { discardMigrations, removeSuperseded, writeMigrations } from './migration-files.ts';
import { prepareMigrations } from './prepare-migrations.ts';
import { Blocked, conclude, type Conclusion } from '../outcome.ts';
import { requireUnchanged } from './effects.ts';
import { confirm, testBefore } from './project-tests.ts';
import { composeRequest } from './request.ts';
import { readEditedSince, removeRequestFile, requestPath } from './request-files.ts';
import { concealTrial } from './sensitive.ts';
import { leaveWaiting } from './waiting.ts';

/** Judges a chosen change, writes its migrations, and applies and verifies it where that is allowed. */
export async function deliver(
  run: RunContext,
  dossier: Dossier,
  proposal: Proposal,
  trial: MeasuredTrial | null,
): Promise<Conclusion> {
  const { id } = dossier.item;
  useTrial(dossier, proposal, trial);
  const judgement = await judgeIn(run.reader, proposal.change, run.environment);
  run.emit({
    type: 'phase',
    id,
    phase: 'judge',
    message: `${proposal.change.summary}: ${judgement.verdict} on ${run.environment}`,
  });
  if (judgement.verdict === 'refuse') return refused(proposal, judgement);
  if (run.options.dryRun) return predicted(run, judgement.verdict, proposal, trial);

  dossier.migrations = await prepareMigrations(run, dossier, proposal, judgement.verdict);
  const decision: Decision = {
    asked: fingerprint(dossier.item),
    database: databaseOf(run),
    change: proposal.change,
    reason: proposal.reason,
    trial: trial !== null && dossier.sensitive ? concealTrial(trial) : trial,
    baseline:
      dossier.baseline === null || !dossier.sensitive
        ? dossier.baseline
        : { ...dossier.baseline, plan: null },
    migrations: dossier.migrations,
  };
  await writeDown(run, dossier, decision);
  return carryOut(run, dossier, decision);
}

/** Puts a decision into the journal: whoever finds the attempt unfinished goes on from there. */
export async function writeDown(run: RunContext, { file, item }: Dossier, decision: Decision): Promise<void> {
  await appendJournal(run.journalPath, {
    at: run.now().toISOString(),
    runId: run.runId,
    file,
    key: hashKey(item.key),
    type: 'decided',
    decision,
  });
}

/**
 * Does what an earlier run decided before it waited for an answer. The files are written anew from the statements, which
 * are what is judged and sent: the journal that both come from may have been edited.
 */
export async function carryOutLater(
  run: RunContext,
  dossier: Dossier,
  decision: Decision,
): Promise<Conclusion> {
  const { verdict } = await judgeIn(run.reader, decision.change, run.environment);
  if (verdict !== 'refuse') dossier.migrations = await prepareMigrations(run, dossier, decision, verdict);
  // It was decided in an attempt that has ended; it is this one's from now on.
  const anew = { ...decision, migrations: dossier.migrations };
  await writeDown(run, dossier, anew);
  return carryOut(run, dossier, anew);
}

/** Judged anew, approved, applied, verified. */
async function carryOut(run: RunContext, dossier: Dossier, decision: Decision): Promise<Conclusion> {
  // Judged is what will be sent: a decision that waited in the journal may have been edited.
  const change = { ...decision.change, steps: dossier.migrations.flatMap(({ steps }) => steps) };
  const judgement = await judgeIn(run.reader, change, run.environment);
  if (judgement.verdict === 'refuse') return refused(decision, judgement);
  dossier.judgement = judgement;
  await note(run, {
    event: 'judged',
    taskFile: dossier.file,
    item: dossier.item.id,
    verdict: judgement.verdict,
    environment: run.environment,
    sql: change.steps.map(({ up }) => up),
  });
  const edited = await readEditedSince(run, dossier);
  if (edited !== null) return waitForBytes(dossier, edited);
  await writeMigrations(run, dossier);
  await removeSuperseded(run, dossier);
  if (judgement.verdict === 'allow') return takeEffect(run, dossier, decision, null, null);

  const { file, item, migrations } = dossier;
  const request = await composeRequest(run, {
    action: 'apply',
    item: { file, id: item.id, title: item.title },
    summary: change.summary,
    reason: decision.reason,
    judgement,
    migrations,
  });
  dossier.request = { id: request.id, path: requestPath(request.id) };
  await removeSupersededRequest(run, dossier);
  const answer: Answer = run.options.apply
    ? await answerTo(run, request)
    : { type: 'waiting', problem: null };
  if (answer.type !== 'approved') return leaveWaiting(run, request, answer);
  try {
    const before = appliesItself(run) ? await testBefore(run, dossier) : null;
    await requireUnchanged(run, request);
    return await takeEffect(run, dossier, decision, answer.approval, before);
  } catch (error) {
    // The approval does not hold after all, and nothing was sent: the request goes on waiting.
    if (!(error instanceof Blocked) || error.conclusion.outcome !== 'awaiting-approval') throw error;
    dossier.approval = null;
    return leaveWaiting(run, request, { type: 'waiting', problem: error.conclusion.reason });
  }
}

/** Applies and verifies, or hands over to the tool that applies; what was asked for is answered then. */
async function takeEffect(
  run: RunContext,
  dossier: Dossier,
  decision: Decision,
  approval: Approval | null,
  before: TestReport | null,
): Promise<Conclusion> {
  dossier.approval = approval;
  if (!appliesItself(run)) {
    if (approval !== null) await moveToTool(run, dossier, decision);
    dossier.request = null;
    return handOver(run, dossier.migrations);
  }
  const tested = before ?? (await testBefore(run, dossier));
  await applyChange(run, dossier, approval);
  if (approval !== null) await removeRequestFile(run, approval.request);
  dossier.request = null;
  return confirm(run, dossier, decision.trial, tested);
}

/** Somebody's edit is neither applied nor overwritten. */
function waitForBytes(dossier: Dossier, path: string): Conclusion {
  const id = dossier.earlier?.request ?? null;
  dossier.request = id === null ? null : { id, path: requestPath(id) };
  const ways =
    'restore it, or delete it to have it written anew; pitstop apply asks for what stands there now';
  return conclude(
    'awaiting-approval',
    'migration-changed',
    `${path} is not what the request asks about any more: ${ways}`,
  );
}

/** The item asks for something else by now: the request that an earlier run wrote for it is none any more. */
async function removeSupersededRequest(run: RunContext, { earlier, request }: Dossier): Promise<void> {
  if (earlier?.request != null && earlier.request !== request?.id)
    await removeRequestFile(run, earlier.request);
}

/** What waited for its approval stood apart: the tool applies whatever lies in its folder. */
async function moveToTool(run: RunContext, dossier: Dossier, decision: Decision): Promise<void> {
  await discardMigrations(run, dossier);
  dossier.migrations = await prepareMigrations(run, dossier, decision, 'allow');
  await writeMigrations(run, dossier);
}

function refused({ change }: Pick<Decision, 'change'>, { statements }: Judgement): Conclusion {
  const reasons = statements.flatMap((statement) => statement.reasons).join('; ');
  return conclude('refused', 'refused', `${change.summary}: ${reasons}`);
}

/** The trial's numbers stand until the target's own replace them. */
export function useTrial(
  dossier: Dossier,
  proposal: Pick<Proposal, 'change'>,
  trial: MeasuredTrial | null,
): void {
  dossier.changes = proposal.change.summary;
  if (trial === null) return;
  dossier.chosen = trial;
  dossier.before = trial.before;
  dossier.after = trial.after;
  dossier.speedup = trial.speedup;
  dossier.lowerBound = trial.lowerBound;
  dossier.rows = trial.rows;
  dossier.rowCounts = trial.rowCounts;
}

/** What a run without --dry-run would come to, as far as that can be known without changing anything. */
function predicted(
  run: RunContext,
  verdict: 'allow' | 'gate',
  proposal: Proposal,
  trial: MeasuredTrial | null,
): Conclusion {
  if (verdict === 'gate')
    return conclude(
      'awaiting-approval',
      'approval-needed',
      `${proposal.change.summary} would wait for an approval`,
    );
  if (!appliesItself(run)) return wouldHandOver(run, proposal.change.summary);
  return trial === null
    ? conclude('applied', 'predicted', `${proposal.change.summary} would be applied`)
    : conclude('proven', 'predicted', `${proposal.change.summary} would be applied and verified`);
}
