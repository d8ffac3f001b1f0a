import { DEFAULT_LIMITS } from '../labs/limits.ts';
import { DEFAULT_SAMPLING } from '../measure/sampling.ts';
import { seededRandom } from '../measure/statistics.ts';
import type { RunContext } from './context.ts';
import type { RunRequest } from './run-request.ts';

export type TrialSettings = Pick<RunContext, 'limits' | 'threshold' | 'series'>;

/** So many trials of a slow statement an item's time has to be enough for. */
const TRIALS = 5;

/** What the configuration says of trials and measuring, as labs take it. */
export function trialSettings({ config, clock, signal }: RunRequest): TrialSettings {
  const { measure, trial } = config;
  const share = measure.thresholdPercent / 100;
  return {
    limits: {
      ...DEFAULT_LIMITS,
      cutoffMs: measure.cutoffMs,
      patienceMs: trial.patienceMs,
      maxTableBytes: trial.maxTableBytes,
    },
    threshold: { time: share, blocks: share },
    series: {
      // No trial takes so much of an item's time that nothing is left for the next ones.
      plan: {
        ...DEFAULT_SAMPLING,
        usefulRatio: 1 / (1 - share),
        budgetMs: Math.min(measure.budgetMs, trial.budgetMs / TRIALS),
      },
      // Any seed will do; a fixed one makes equal samples give equal intervals.
      random: seededRandom(18),
      clock,
      signal,
    },
  };
}
