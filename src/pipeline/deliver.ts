import { basename } from 'node:path';
import type { Proposal } from '../change.ts';
import { judgeChange } from '../gate/judge-change.ts';
import { appendJournal, hashKey } from '../journal/journal.ts';
import { migrationsOf, type Migration } from '../migration/migration.ts';
import type { MeasuredTrial } from '../trial.ts';
import { applyChange } from './apply.ts';
import type { RunContext } from './context.ts';
import type { Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import { removeSuperseded, writeMigrations } from './migration-files.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { isWaiting } from './remembered.ts';
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
  dossier.migrations = prepareMigrations(run, dossier, proposal);
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
  if (!run.options.apply) {
    const message = `proven and written, not applied (--no-apply): apply ${dossier.migrations.map(({ upPath }) => upPath).join(', ')}`;
    return conclude('handed-over', 'not-applied', message);
  }
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

/** Migrations that an earlier run wrote for the same statements, and that still wait, keep their names. */
function prepareMigrations(
  run: RunContext,
  { file, item, earlier }: Dossier,
  proposal: Proposal,
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
