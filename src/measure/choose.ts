import type { MeasuredTrial } from '../trial.ts';

/**
 * The best of the accepted trials: by gain, then by size. A trial whose interval overlaps with the fastest one's is
 * as good, and among equals the smallest change wins; so a second index has to earn its place.
 */
export function bestTrial(accepted: readonly MeasuredTrial[]): MeasuredTrial | null {
  const fastest = accepted.reduce<MeasuredTrial | null>(
    (best, trial) => (best === null || trial.speedup.ratio > best.speedup.ratio ? trial : best),
    null,
  );
  if (fastest === null) return null;
  return accepted
    .filter((trial) => trial.speedup.ci95[1] >= fastest.speedup.ci95[0])
    .reduce((best, trial) => (trial.sizeBytes < best.sizeBytes ? trial : best), fastest);
}
