import { parsePlan } from '../explain/plan.ts';
import type { Probe } from '../measure/probe.ts';
import { takeRuns, type SeriesContext } from '../measure/series.ts';
import { summarize } from '../measure/statistics.ts';
import { probeRunner, readOnly, type ProbeSettings } from '../pg/execute.ts';
import { isStatementTimeout } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import type { Baseline } from '../trial.ts';

export interface BaselineSettings {
  readonly cutoffMs: number;
  readonly series: SeriesContext;
  /** Label of the measurements. */
  readonly where: string;
  /** Settings that the statement runs under. */
  readonly session?: ProbeSettings | undefined;
}

/** Measures a statement as things are: plan, rows, times, blocks; read-only, stopped at the cut-off. */
export async function measureBaseline(
  session: Session,
  probe: Probe,
  { cutoffMs, series, where, session: settings }: BaselineSettings,
): Promise<Baseline> {
  const { random, clock } = series;
  const runner = probeRunner(session, probe, (work) => readOnly(session, cutoffMs, work, settings), clock);
  const digests = await untilCutoff(runner.digest);
  if (digests === null) {
    const runsMs = [cutoffMs];
    const measurement = summarize(runsMs, null, where, random);
    return { plan: await runner.explain('estimate'), runsMs, measurement, rowCounts: [], lowerBound: true };
  }
  const plan = await runner.explain('full');
  const runsMs = await takeRuns(runner.time, series);
  const { sharedBlocks } = parsePlan(await runner.explain('blocks'));
  const measurement = summarize(runsMs, sharedBlocks, where, random);
  const rowCounts = digests.map((digest) => digest.rows);
  return { plan, runsMs, measurement, rowCounts, digests, lowerBound: false };
}

/** Null where the server stopped the statement at the cut-off; a cancellation from outside goes on as an error. */
export async function untilCutoff<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isStatementTimeout(error)) return null;
    throw error;
  }
}
