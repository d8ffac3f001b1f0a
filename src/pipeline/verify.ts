import { measureBaseline } from '../labs/baseline.ts';
import { judgeGain } from '../measure/judge.ts';
import { unpairedSpeedup } from '../measure/statistics.ts';
import { formatMs, formatSpeedup } from '../report/format.ts';
import type { Baseline, MeasuredTrial } from '../trial.ts';
import { revertAll } from './apply.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { discardMigrations } from './migration-files.ts';
import { conclude, type Conclusion } from '../outcome.ts';

/**
 * Measures the statement again on the target, with the change in place. What was measured there before decides; where
 * the gain does not show, the change is taken back.
 */
export async function verify(
  run: RunContext,
  dossier: Dossier,
  trial: MeasuredTrial | null,
): Promise<Conclusion> {
  const { probe, item, targetMs } = dossier;
  const before = beforeOnTarget(run, dossier.baseline, trial);
  if (probe === null || trial === null || before === null) {
    return conclude(
      'applied',
      'postcondition',
      `${dossier.changes ?? 'the change'} is in place and was checked`,
    );
  }
  run.emit({ type: 'phase', id: item.id, phase: 'verify', message: 'measuring on the target' });
  const { limits, series } = run;
  const fresh = await measureBaseline(run.reader, probe, {
    cutoffMs: limits.cutoffMs,
    series,
    where: 'target',
  });
  const speedup = unpairedSpeedup(before.runsMs, fresh.runsMs, series.random);
  const gain = judgeGain(
    { before: before.measurement, after: fresh.measurement, speedup, rows: trial.rows },
    run.threshold,
  );

  dossier.before = before.measurement;
  dossier.after = fresh.measurement;
  dossier.speedup = speedup;
  dossier.lowerBound = before.lowerBound;
  dossier.rowCounts = fresh.rowCounts;
  if (!gain.accepted || fresh.lowerBound) {
    await takeBack(run, dossier);
    const message = gain.accepted ? 'the statement did not finish' : gain.reason.message;
    return conclude(
      'no-gain',
      'not-confirmed',
      `proven in the trial, not confirmed after it was applied (${message}); it was taken back`,
    );
  }
  const shown = formatSpeedup(speedup, before.lowerBound);
  if (targetMs !== null && fresh.measurement.medianMs >= targetMs) {
    return conclude(
      'proven',
      'target-missed',
      `${shown}; the target of ${formatMs(targetMs)} is not reached yet`,
    );
  }
  return conclude('proven', 'gain', shown);
}

/** What the statement took on the target before: paired in the trial where that ran there, else the baseline. */
function beforeOnTarget(
  run: RunContext,
  baseline: Baseline | null,
  trial: MeasuredTrial | null,
): Pick<Baseline, 'measurement' | 'runsMs' | 'lowerBound'> | null {
  if (run.labIsTarget && trial !== null) {
    return {
      measurement: trial.before,
      runsMs: trial.pairs.map(({ beforeMs }) => beforeMs),
      lowerBound: trial.lowerBound,
    };
  }
  return baseline;
}

/** Undoes what this run has just applied, and its files with it. */
async function takeBack(run: RunContext, dossier: Dossier): Promise<void> {
  await revertAll(run, dossier.item.id, dossier.migrations);
  await discardMigrations(run, dossier);
}
