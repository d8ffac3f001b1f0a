import { shareOf } from '../measure/costliest.ts';
import type { Probe } from '../measure/probe.ts';
import { probeRunner, readOnly } from '../pg/execute.ts';
import { isStatementTimeout } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import type { RunContext } from './context.ts';
import { orProblem, type Problem } from './workload-statement.ts';

/** What one execution of a statement took, the mean of its parameter sets; a lower bound where the server stopped one. */
interface Time {
  readonly ms: number;
  readonly stopped: boolean;
}

/** A statement that is not given the time for a round trip tells nothing, even where the budget is spent. */
const LEAST_MS = 50;

/**
 * Executes each statement once within its share of `trial.budgetMs`; and those that came to their end once more in what is
 * left of it, since the first time has filled the cache. The lesser time counts.
 */
export async function timeEach(
  run: RunContext,
  session: Session,
  probes: readonly Probe[],
): Promise<(Time | Problem)[]> {
  const { clock } = run.series;
  const deadline = clock() + run.config.trial.budgetMs;
  const leftMs = () => deadline - clock();
  const times: (Time | Problem)[] = [];
  for (const [at, probe] of probes.entries()) {
    const share = shareOf(leftMs(), probes.length - at, run.limits.cutoffMs);
    times.push(await timeOnce(run, session, probe, Math.max(LEAST_MS, share)));
  }
  const finished = probes.flatMap((probe, at) => (isFinished(times[at]) ? [{ probe, at }] : []));
  for (const [rank, { probe, at }] of finished.entries()) {
    const share = shareOf(leftMs(), finished.length - rank, run.limits.cutoffMs);
    if (share < LEAST_MS) break;
    const [cold, warm] = [times[at], await timeOnce(run, session, probe, share)];
    if (isFinished(cold) && isFinished(warm)) times[at] = { ...cold, ms: Math.min(cold.ms, warm.ms) };
  }
  return times;
}

function isFinished(time: Time | Problem | undefined): time is Time {
  return time !== undefined && 'ms' in time && !time.stopped;
}

async function timeOnce(
  { series, signal }: RunContext,
  session: Session,
  probe: Probe,
  timeoutMs: number,
): Promise<Time | Problem> {
  signal.throwIfAborted();
  const eachMs = Math.max(1, Math.floor(timeoutMs / probe.parameterSets.length));
  const isolate = <T>(work: () => Promise<T>) => readOnly(session, eachMs, work);
  const { time } = probeRunner(session, probe, isolate, series.clock);
  return orProblem(async () => {
    try {
      return { ms: await time(), stopped: false };
    } catch (error) {
      if (isStatementTimeout(error)) return { ms: eachMs, stopped: true };
      throw error;
    }
  });
}
