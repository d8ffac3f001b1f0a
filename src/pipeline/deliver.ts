import type { Proposal } from '../change.ts';
import { judgeChange } from '../gate/judge-change.ts';
import { appendJournal, hashKey } from '../journal/journal.ts';
import type { MeasuredTrial } from '../trial.ts';
import { applyChange } from './apply.ts';
import { appliesItself, type RunContext } from './context.ts';
import type { Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import { handOver, wouldHandOver } from './hand-over.ts';
import { removeSuperseded, writeMigrations } from './migration-files.ts';
import { prepareMigrations } from './prepare-migrations.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { requestApproval } from './request.ts';
import { concealTrial } from './sensitive.ts';
import { verify } from './verify.ts';

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
  if (judgement.verdict === 'refuse') {
    const reasons = judgement.statements.flatMap((statement) => statement.reasons).join('; ');
    return conclude('refused', 'refused', `${proposal.change.summary}: ${reasons}`);
  }
  if (run.options.dryRun) return predicted(run, judgement.verdict, proposal, trial);

  dossier.judgement = judgement;
  dossier.migrations = await prepareMigrations(run, dossier, proposal, judgement.verdict);
  const decision: Decision = {
    change: proposal.change,
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
  await writeMigrations(run, dossier);
  await removeSuperseded(run, dossier);
  if (judgement.verdict === 'gate') return requestApproval(run, dossier, proposal, judgement);
  if (!appliesItself(run)) return handOver(run, dossier.migrations);
  await applyChange(run, dossier);
  dossier.applied = true;
  return verify(run, dossier, trial);
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
