import type { Proposal } from '../change.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { withoutLiterals } from '../sql/normalize.ts';
import { unbindNamed } from '../sql/parameters.ts';
import { fingerprint } from '../task/fingerprint.ts';
import type { MeasuredTrial } from '../trial.ts';
import { adoption, hasToBeAdopted } from './adopt.ts';
import { carryOut, refused, writeDown } from './carry-out.ts';
import { appliesItself, type RunContext } from './context.ts';
import { databaseOf, type Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import { wouldHandOver } from './hand-over.ts';
import { appliedBefore } from './in-place.ts';
import { judgeIn } from './judge.ts';
import { prepareMigrations } from './prepare-migrations.ts';
import { concealDecision, concealTrial } from './sensitive.ts';
import { fitsSource } from './source-file.ts';

/** Judges a chosen change, writes down what was decided, and carries it out. */
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
  if (judgement.verdict === 'refuse') return refused(proposal.change, judgement);
  if (run.options.dryRun) return predicted(run, dossier, judgement.verdict, proposal, trial);

  dossier.keptMigrations = await appliedBefore(run, dossier);
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
    source: dossier.source,
    workload: dossier.workload,
  };
  await writeDown(run, dossier, dossier.sensitive ? concealDecision(decision) : decision);
  return carryOut(run, dossier, decision);
}

const GENERIC_PLAN = {
  used: 'a generic plan uses it, too',
  'not-used':
    'only plans for known values use it, not a generic plan: prepared statements need plan_cache_mode = force_custom_plan',
} as const;

/** The trial's numbers stand until the target's own replace them. */
export function useTrial(
  dossier: Dossier,
  proposal: Pick<Proposal, 'change' | 'notes'>,
  trial: MeasuredTrial | null,
): void {
  const { summary, rewrite, session, remains } = proposal.change;
  dossier.changes = summary;
  dossier.rewrite = rewrite === undefined ? null : shownRewrite(dossier, rewrite.sql);
  dossier.session = session ?? null;
  dossier.remains = remains ?? null;
  dossier.notes = [
    ...dossier.notes,
    ...(dossier.examination?.notes ?? []),
    ...(proposal.notes ?? []),
    ...(trial?.genericPlan === undefined ? [] : [GENERIC_PLAN[trial.genericPlan]]),
  ];
  if (trial === null) return;
  dossier.chosen = trial;
  dossier.before = trial.before;
  dossier.after = trial.after;
  dossier.speedup = trial.speedup;
  dossier.lowerBound = trial.lowerBound;
  dossier.rows = trial.rows;
  dossier.rowCounts = trial.rowCounts;
}

/** With the item's own placeholders; without literals where the statement is sensitive. */
export function shownRewrite({ names, sensitive }: Dossier, sql: string): string {
  const named = unbindNamed(sql, names);
  return sensitive ? withoutLiterals(named) : named;
}

/** What a run without --dry-run would come to, as far as that can be known without changing anything. */
async function predicted(
  run: RunContext,
  dossier: Dossier,
  verdict: 'allow' | 'gate',
  proposal: Proposal,
  trial: MeasuredTrial | null,
): Promise<Conclusion> {
  const { change } = proposal;
  if (verdict === 'gate')
    return conclude('awaiting-approval', 'approval-needed', `${change.summary} would wait for an approval`);
  if (change.steps.length > 0 && !appliesItself(run)) return wouldHandOver(run, change.summary);
  if (hasToBeAdopted(change, await fitsSource(run, dossier, change.rewrite))) return adoption(change);
  return trial === null
    ? conclude('applied', 'predicted', `${change.summary} would be applied`)
    : conclude('proven', 'predicted', `${change.summary} would be applied and verified`);
}
