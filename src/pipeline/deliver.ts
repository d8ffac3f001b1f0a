import { basename } from 'node:path';
import type { Proposal } from '../change.ts';
import type { Approval } from '../gate/approval.ts';
import { judgeChange } from '../gate/judge-change.ts';
import type { Judgement } from '../gate/verdict.ts';
import { appendJournal, hashKey } from '../journal/journal.ts';
import { migrationsOf, type Migration } from '../migration/migration.ts';
import type { MeasuredTrial } from '../trial.ts';
import { applyChange } from './apply.ts';
import { note } from './audit.ts';
import { answerTo, type Answer } from './approval.ts';
import type { RunContext } from './context.ts';
import type { Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import { removeSuperseded, writeMigrations } from './migration-files.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { isWaiting } from './remembered.ts';
import { requireUnchanged } from './effects.ts';
import { composeRequest } from './request.ts';
import { requestPath } from './request-files.ts';
import { concealTrial } from './sensitive.ts';
import { verify } from './verify.ts';
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

  dossier.migrations = prepareMigrations(run, dossier, proposal);
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
    await requireUnchanged(run, request);
    approval = answer.approval;
  } else if (!run.options.apply) {
    const message = `proven and written, not applied (--no-apply): apply ${dossier.migrations.map(({ upPath }) => upPath).join(', ')}`;
    return conclude('handed-over', 'not-applied', message);
  }
  await applyChange(run, dossier, approval);
  dossier.approval = approval;
  return verify(run, dossier, decision.trial);
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

/** Migrations that an earlier run wrote for the same statements, and that still wait, keep their names. */
function prepareMigrations(
  run: RunContext,
  { file, item, earlier }: Dossier,
  proposal: Pick<Proposal, 'change' | 'reason'>,
): Migration[] {
  const origin = { taskFile: file, itemId: item.id, itemTitle: item.title, reason: proposal.reason };
  const waiting = earlier !== null && isWaiting(earlier) ? earlier.migrations : [];
  return migrationsOf(proposal.change, origin, run.now(), run.config.migrations).map((migration) => {
    const statements = migration.steps.map((step) => step.up).join('\n');
    const written = waiting.find((other) => other.statements.join('\n') === statements);
    return written === undefined ? migration : { ...migration, ...namedBy(written) };
  });
}

function namedBy({ up, down }: { readonly up: string; readonly down: string }) {
  return { name: basename(up, '.up.sql'), upPath: up, downPath: down };
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
  if (!run.options.apply)
    return conclude('handed-over', 'not-applied', `${proposal.change.summary} would be written, not applied`);
  return trial === null
    ? conclude('applied', 'predicted', `${proposal.change.summary} would be applied`)
    : conclude('proven', 'predicted', `${proposal.change.summary} would be applied and verified`);
}
