import type { Proposal } from '../change.ts';
import type { Approval } from '../gate/approval.ts';
import { judgeChange } from '../gate/judge-change.ts';
import type { Judgement } from '../gate/verdict.ts';
import { appendJournal, hashKey } from '../journal/journal.ts';
import type { TestReport } from '../project-tests/report.ts';
import type { MeasuredTrial } from '../trial.ts';
import { applyChange } from './apply.ts';
import { note } from './audit.ts';
import { answerTo, type Answer } from './approval.ts';
import { appliesItself, type RunContext } from './context.ts';
import type { Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import { handOver, wouldHandOver } from './hand-over.ts';
import { discardMigrations, removeSuperseded, writeMigrations } from './migration-files.ts';
import { prepareMigrations } from './prepare-migrations.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { requireUnchanged } from './effects.ts';
import { confirm, testBefore } from './project-tests.ts';
import { composeRequest } from './request.ts';
import { requestPath } from './request-files.ts';
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
  const judgement = judgeChange(proposal.change, run.environment);
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
    change: proposal.change,
    reason: proposal.reason,
    trial: trial !== null && dossier.sensitive ? concealTrial(trial) : trial,
    baseline:
      dossier.baseline === null || !dossier.sensitive
        ? dossier.baseline
        : { ...dossier.baseline, plan: null },
    migrations: dossier.migrations,
  };
  await appendJournal(run.journalPath, {
    at: run.now().toISOString(),
    runId: run.runId,
    file: dossier.file,
    key: hashKey(dossier.item.key),
    type: 'decided',
    decision,
  });
  return carryOut(run, dossier, decision);
}

/** Does what was decided, now or by an earlier run that waited for an answer: judged anew, approved, applied, verified. */
export async function carryOut(run: RunContext, dossier: Dossier, decision: Decision): Promise<Conclusion> {
  // Judged is what will be sent: a decision that waited in the journal may have been edited.
  const change = { ...decision.change, steps: dossier.migrations.flatMap(({ steps }) => steps) };
  const judgement = judgeChange(change, run.environment);
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
  // Before its files are there too: tests may well read them. What a person is asked about has to be there first.
  let before: TestReport | null = null;
  if (judgement.verdict === 'allow' && appliesItself(run)) before = await testBefore(run, dossier);
  await writeMigrations(run, dossier);
  await removeSuperseded(run, dossier);
  let approval: Approval | null = null;
  if (judgement.verdict === 'gate') {
    const { file, item, migrations } = dossier;
    const request = await composeRequest(run, {
      action: 'apply',
      item: { file, id: item.id, title: item.title },
      summary: change.summary,
      reason: decision.reason,
      judgement,
      migrations,
    });
    const answer: Answer = run.options.apply
      ? await answerTo(run, request)
      : { type: 'waiting', problem: null };
    if (answer.type !== 'approved') {
      if (answer.type === 'waiting') dossier.request = { id: request.id, path: requestPath(request.id) };
      return leaveWaiting(run, request, answer);
    }
    if (appliesItself(run)) before = await testBefore(run, dossier);
    await requireUnchanged(run, request);
    approval = answer.approval;
    dossier.approval = approval;
  }
  if (!appliesItself(run)) {
    if (approval !== null) await moveToTool(run, dossier, decision);
    return handOver(run, dossier.migrations);
  }
  await applyChange(run, dossier, approval);
  return confirm(run, dossier, decision.trial, before);
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
