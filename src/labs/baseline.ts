import { parsePlan } from '../explain/plan.ts';
import type { Probe } from '../measure/probe.ts';
import { takeRuns, type SeriesContext } from '../measure/series.ts';
import { summarize } from '../measure/statistics.ts';
import { digestProbe, explainProbe, readOnly, timeProbe } from '../pg/execute.ts';
import { isStatementTimeout } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import type { Baseline } from '../trial.ts';

export interface BaselineSettings {
  readonly cutoffMs: number;
  readonly series: SeriesContext;
  /** Label of the measurements. */
  readonly where: string;
}

/** Measures a statement as things are: plan, rows, times, blocks; read-only, stopped at the cut-off. */
export async function measureBaseline(session: Session, probe: Probe, settings: BaselineSettings): Promise<Baseline> {
  const { cutoffMs, series, where } = settings;
  const read = <T>(work: () => Promise<T>) => readOnly(session, cutoffMs, work);
  const digests = await untilCutoff(() => read(() => digestProbe(session, probe)));
  if (digests === null) {
    const plan = await read(() => explainProbe(session, probe, 'estimate'));
    const runsMs = [cutoffMs];
    return { plan, runsMs, measurement: summarize(runsMs, null, where, series.random), rowCounts: [], lowerBound: true };
  }
  const plan = await read(() => explainProbe(session, probe, 'full'));
  const runsMs = await takeRuns(() => read(() => timeProbe(session, probe, series.clock)), series);
  const { sharedBlocks } = parsePlan(await read(() => explainProbe(session, probe, 'blocks')));
  const measurement = summarize(runsMs, sharedBlocks, where, series.random);
  return { plan, runsMs, measurement, rowCounts: digests.map((digest) => digest.rows), lowerBound: false };
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
