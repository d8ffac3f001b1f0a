import { measureBaseline } from '../labs/baseline.ts';
import { hasFewerBlocks } from '../measure/judge.ts';
import { isSameResult } from '../measure/digest.ts';
import type { RowsComparison } from '../measure/measurement.ts';
import type { Probe } from '../measure/probe.ts';
import { summarize, unpairedSpeedup } from '../measure/statistics.ts';
import { rewrittenProbe } from '../sql/rewritten-probe.ts';
import { formatMs, formatSpeedup } from '../report/format.ts';
import type { Baseline, MeasuredTrial } from '../trial.ts';
import type { Change } from '../change.ts';
import { adoption } from './adopt.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { putIntoSource } from './source-file.ts';
import { takeBack } from './take-back.ts';

/**
 * Measures the statement again on the target, with the change in place. What was measured there before decides; where
 * the gain does not show, the change is taken back.
 */
export async function verify(
  run: RunContext,
  dossier: Dossier,
  trial: MeasuredTrial | null,
): Promise<Conclusion> {
  const { probe: asked, item, targetMs } = dossier;
  const before = beforeOnTarget(run, dossier.baseline, trial);
  const change = trial?.proposal.change ?? null;
  const probe = asked === null ? null : rewrittenProbe(asked, change?.rewrite);
  const inSource = change?.rewrite !== undefined && (await putIntoSource(run, dossier, change.rewrite));
  const isLeft =
    change !== null && (change.session !== undefined || (change.rewrite !== undefined && !inSource));
  // Nothing was applied, and what was measured in the trial was measured here, just now.
  if (change !== null && change.steps.length === 0 && (run.labIsTarget || before === null)) {
    if (isLeft || trial === null) return adoption(change);
    return run.labIsTarget
      ? conclude('proven', 'gain', formatSpeedup(trial.speedup, trial.lowerBound))
      : conclude('applied', 'postcondition', `the statement stands in ${dossier.source?.path ?? 'its file'}`);
  }
  const measure = probe === null ? null : measurerOnTarget(run, dossier, probe, change?.session);
  if (measure === null || before === null || (trial === null && !isMaintenance(dossier))) {
    return conclude('applied', 'postcondition', inPlace(dossier));
  }
  run.emit({ type: 'phase', id: item.id, phase: 'verify', message: 'measuring on the target' });
  const { after, speedup, isConfirmed, fewerBlocks } = await measureAgain(run, measure, before);
  // No trial has shown the gain run against run: what VACUUM is good for shows in the blocks.
  if (trial === null && !(isConfirmed && fewerBlocks)) {
    const message = `${dossier.changes ?? 'it'} was done, and does not help (${formatSpeedup(speedup)})`;
    dossier.effect = 'none';
    return conclude('no-gain', 'no-gain', message);
  }
  if (!isConfirmed) {
    const back = await takeBack(run, dossier);
    const slower = speedup.ratio < 1 ? 'slower than before, ' : '';
    const seen = `${slower}${formatSpeedup(speedup)} after it was applied`;
    return conclude(
      'failed',
      'not-confirmed',
      `proven in the trial, not confirmed on the target (${seen}); ${back}`,
    );
  }
  dossier.before = before.measurement;
  dossier.after = after.measurement;
  dossier.speedup = speedup;
  dossier.lowerBound = before.lowerBound;
  dossier.rowCounts = after.rowCounts;
  if (trial === null) dossier.rows = sameRows(dossier.baseline?.digests, after.digests);
  if (change !== null && isLeft) return adoption(change);
  const shown = formatSpeedup(speedup, before.lowerBound);
  if (targetMs !== null && after.measurement.medianMs >= targetMs) {
    return conclude(
      'proven',
      'target-missed',
      `${shown}; the target of ${formatMs(targetMs)} is not reached yet`,
    );
  }
  return conclude('proven', 'gain', shown);
}

/** What was seen of a change that no statement measures, and what is left to do. */
function inPlace({ changes, trials, remains }: Dossier): string {
  const seen = trials.findLast((trial) => trial.state === 'observed' && trial.accepted)?.reason.message;
  const left = remains === null ? '' : `; ${remains}`;
  return `${seen ?? `${changes ?? 'the change'} is in place and was checked`}${left}`;
}

/** Where the rows moved on between the two, nothing is said. */
function sameRows(before: Baseline['digests'], after: Baseline['digests']): RowsComparison {
  const isSame =
    before !== undefined && after !== undefined && isSameResult(before, after, { ordersTotally: false });
  return isSame ? 'same' : 'incomparable';
}

/** VACUUM and ANALYZE leave nothing to take back: they are done, and then seen to help or not. */
function isMaintenance({ migrations }: Dossier): boolean {
  const steps = migrations.flatMap((migration) => migration.steps);
  return steps.length > 0 && steps.every(({ leavesNothing }) => leavesNothing);
}

/** How often an unclear verification is measured again: the machine may be busy for a while. */
const ROUNDS = 3;

/**
 * The trial has already shown the gain, run against run; here two series stand minutes apart. So the gain itself has to
 * show again, and either the interval or the blocks, which no load disturbs, have to say that it is real.
 */
async function measureAgain(run: RunContext, measure: () => Promise<Baseline>, before: Before) {
  const { series, threshold } = run;
  const required = 1 / (1 - threshold.time);
  const runsMs: number[] = [];
  for (let round = 1; ; round += 1) {
    const after = await measure();
    runsMs.push(...after.runsMs);
    const speedup = unpairedSpeedup(before.runsMs, runsMs, series.random);
    const fewerBlocks = hasFewerBlocks(
      before.measurement.sharedBlocks,
      after.measurement.sharedBlocks,
      threshold,
    );
    const isConfirmed =
      !after.lowerBound && speedup.ratio > required && (speedup.ci95[0] > required || fewerBlocks);
    if (isConfirmed || round === ROUNDS) {
      const measurement = summarize(runsMs, after.measurement.sharedBlocks, 'target', series.random);
      const { rowCounts, digests } = after;
      return { after: { measurement, rowCounts, digests }, speedup, isConfirmed, fewerBlocks };
    }
  }
}

/** How the statement is measured on the target as it is now; null where it must not be executed there. */
function measurerOnTarget(
  { reader, limits, series, labIsTarget, writingLab }: RunContext,
  { writes }: Dossier,
  probe: Probe,
  session: Change['session'],
): (() => Promise<Baseline>) | null {
  const settings = { cutoffMs: limits.cutoffMs, series, where: 'target', session };
  if (!writes) return () => measureBaseline(reader, probe, settings);
  return writingLab !== null && labIsTarget ? () => writingLab.baseline(probe, session) : null;
}

type Before = Pick<Baseline, 'measurement' | 'runsMs' | 'lowerBound'>;

/** What the statement took on the target before: paired in the trial where that ran there, else the baseline. */
function beforeOnTarget(
  run: RunContext,
  baseline: Baseline | null,
  trial: MeasuredTrial | null,
): Before | null {
  if (run.labIsTarget && trial !== null) {
    return {
      measurement: trial.before,
      runsMs: trial.pairs.map(({ beforeMs }) => beforeMs),
      lowerBound: trial.lowerBound,
    };
  }
  return baseline?.measurement.where === 'target' ? baseline : null;
}
