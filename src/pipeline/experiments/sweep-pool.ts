import type { Experiments, Observation } from '../../experiment.ts';
import { HARMLESS_PROBE, SWEEP_PLAN, sweepPool as sweep } from '../../labs/pool-sweep.ts';
import { chooseSize, throughputOf } from '../../pooling/sweep.ts';
import type { RunContext } from '../context.ts';

/** Tasks that want a connection all the time, for each connection of the largest pool. */
const TASKS_PER_CONNECTION = 2;

/** Sends statements through pools of several sizes: real load, so only where nobody depends on the server. */
export async function sweepPool(run: RunContext, { sizes }: Experiments['sweep-pool']): Promise<Observation> {
  const { target, environment, config, limits, series, signal } = run;
  if (environment === 'production' || environment === 'staging') {
    const message = `a sweep of pool sizes is load on the server, which ${environment} is spared: the size is computed, not measured`;
    return { accepted: false, reason: { code: 'not-swept', message }, observations: [], where: 'the target' };
  }
  const budgetMs = Math.min(SWEEP_PLAN.budgetMs, config.trial.budgetMs);
  const rows = await sweep(
    target,
    [HARMLESS_PROBE],
    {
      ...SWEEP_PLAN,
      sizes,
      tasks: Math.max(...sizes) * TASKS_PER_CONNECTION,
      sliceMs: Math.min(SWEEP_PLAN.sliceMs, budgetMs / (sizes.length * SWEEP_PLAN.rounds)),
      budgetMs,
      statementTimeoutMs: Math.min(SWEEP_PLAN.statementTimeoutMs, limits.cutoffMs),
    },
    series.clock,
    signal,
  );
  const { size, tolerance } = chooseSize(rows, null);
  const shown = rows.map((row) => `${row.size}: ${Math.round(throughputOf(row))}/s`).join(', ');
  const message = `statements that got through pools of ${shown}; ${size === null ? 'none answered' : `${size} is the smallest within ${(100 * tolerance).toFixed(0)} % of the best`}`;
  return {
    accepted: size !== null,
    reason: { code: 'swept', message },
    observations: rows,
    where: 'the target',
  };
}
