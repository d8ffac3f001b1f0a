import { parsePlan } from '../explain/plan.ts';
import { compareRows, isSameResult, type RowsDigest } from '../measure/digest.ts';
import { hasFewerBlocks, judgeGain, type GainThreshold } from '../measure/judge.ts';
import { takePairs, takeRuns, type SeriesContext } from '../measure/series.ts';
import { floorRatio, pairedSpeedup, summarize } from '../measure/statistics.ts';
import type { ProbeRunner } from '../pg/execute.ts';
import type { MeasuredTrial } from '../trial.ts';
import { untilCutoff } from './baseline.ts';
import type { ResultMeaning } from './lab.ts';

export interface CompareSettings {
  readonly cutoffMs: number;
  readonly threshold: GainThreshold;
  readonly series: SeriesContext;
  /** Label of the measurements. */
  readonly where: string;
}

export type Comparison = Omit<MeasuredTrial, 'state' | 'proposal' | 'sizeBytes' | 'buildMs'>;

/** What a statement returns as things are, and about how long it takes. */
export interface KnownResult {
  /** Null where it did not finish before the cut-off. */
  readonly rows: readonly RowsDigest[] | null;
  /** Of one execution, rows fetched. */
  readonly elapsedMs: number;
}

export async function knowResult(without: ProbeRunner, clock: () => number): Promise<KnownResult> {
  const started = clock();
  const rows = await untilCutoff(without.digest);
  return { rows, elapsedMs: (clock() - started) / Math.max(1, rows?.length ?? 1) };
}

/**
 * Measures a probe without and with a change, in turns, and judges the gain. Null where it does not finish in time even
 * with the change; where it does not without, the cut-off stands for its time and the ratio is a lower bound.
 */
export async function compareSides(
  { known, without }: { readonly known: KnownResult; readonly without: ProbeRunner },
  withChange: ProbeRunner,
  meaning: ResultMeaning,
  { cutoffMs, threshold, series, where }: CompareSettings,
): Promise<Comparison | null> {
  const rowsWith = await untilCutoff(withChange.digest);
  if (rowsWith === null) return null;
  const lowerBound = known.rows === null;
  const rows =
    known.rows === null
      ? 'incomparable'
      : isSameResult(known.rows, rowsWith, meaning)
        ? 'same'
        : // What was known may be old: data moves.
          compareRows(await without.digest(), rowsWith, await without.digest(), meaning);

  const blocksBefore = lowerBound ? null : await blocksOf(without);
  const blocksAfter = await blocksOf(withChange);
  const isSpared = hasFewerBlocks(blocksBefore, blocksAfter, threshold);
  const pairs = lowerBound
    ? (await takeRuns(withChange.time, series)).map((afterMs) => ({ beforeMs: cutoffMs, afterMs }))
    : await takePairs(without.time, withChange.time, isSpared ? series : withoutHaste(series));
  const planAfter = await withChange.explain('full');

  const { random } = series;
  const [beforeMs, afterMs] = [pairs.map((pair) => pair.beforeMs), pairs.map((pair) => pair.afterMs)];
  const measured = {
    before: summarize(beforeMs, blocksBefore, where, random),
    after: summarize(afterMs, blocksAfter, where, random),
    speedup: pairedSpeedup(pairs, random),
    floorRatio: floorRatio(beforeMs, afterMs),
    rows,
  };
  const gain = judgeGain(measured, threshold);
  const { floorRatio: _, ...shown } = measured;
  return {
    ...shown,
    accepted: gain.accepted,
    reason: gain.accepted ? { code: 'gain', message: 'the interval excludes the threshold' } : gain.reason,
    lowerBound,
    rowCounts: rowsWith.map((digest) => digest.rows),
    pairs,
    planAfter,
  };
}

/** Times alone have to say it: what is clear after five pairs may be a burst of other load. */
function withoutHaste(series: SeriesContext): SeriesContext {
  return { ...series, plan: { ...series.plan, clearPairs: series.plan.minPairs } };
}

async function blocksOf(runner: ProbeRunner): Promise<number | null> {
  return parsePlan(await runner.explain('blocks')).sharedBlocks;
}
