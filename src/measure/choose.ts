import type { MeasuredTrial } from '../trial.ts';
import { burdenOf, compareBurdens, type Burden } from './burden.ts';

/** A trial is not as good as the fastest one where it is less than four fifths as fast, however wide the intervals. */
const NEARLY = 0.8;
const HALF = 0.5;
/** But for a difference that nobody notices: this much time, and this share of what the statement took before. */
const TRIFLE_MS = 3;
const TRIFLE_SHARE = 0.03;
/** Nor where it reads more than twice the blocks, as far as that is more than a few descents of a B-tree. */
const TWICE = 2;
const FEW_BLOCKS = 100;

/**
 * The best of the accepted trials: by gain, then by burden. Among those that are as good as the fastest one, the lightest
 * change wins; so a second index, or a longer one, has to earn its place. Times are noisy and blocks are not: both have
 * to agree that a trial is as good. An index that only some values' plans can use is left for one that all of them can.
 */
export function bestTrial(accepted: readonly MeasuredTrial[]): MeasuredTrial | null {
  const fastest = fastestOf(accepted);
  if (fastest === null) return null;
  const asGood = reachableByAll(accepted, fastest);
  return asGood.reduce(
    (best, trial) => (isLighter(trial, best) ? trial : best),
    fastestOf(asGood) ?? fastest,
  );
}

function fastestOf(trials: readonly MeasuredTrial[]): MeasuredTrial | null {
  return trials.reduce<MeasuredTrial | null>(
    (best, trial) => (best === null || trial.speedup.ratio > best.speedup.ratio ? trial : best),
    null,
  );
}

/**
 * The trials that are as good as the fastest one. Where none of them is of use to a statement that is prepared for all
 * values, one that is, and is half as fast, is worth more.
 */
function reachableByAll(
  accepted: readonly MeasuredTrial[],
  fastest: MeasuredTrial,
): readonly MeasuredTrial[] {
  const isReachable = ({ genericPlan }: MeasuredTrial) => genericPlan !== 'not-used';
  const asGood = accepted.filter((trial) => isAsGood(trial, fastest));
  if (asGood.every(isReachable)) return asGood;
  const reachable = accepted.filter(
    (trial) => trial.genericPlan === 'used' && trial.speedup.ratio >= fastest.speedup.ratio * HALF,
  );
  const both = [...asGood.filter(isReachable), ...reachable];
  return both.length > 0 ? both : asGood;
}

function isLighter(one: MeasuredTrial, other: MeasuredTrial): boolean {
  return compareBurdens(burden(one), burden(other)) < 0;
}

function burden({ proposal, sizeBytes }: MeasuredTrial): Burden {
  return burdenOf(proposal.change, sizeBytes);
}

function isAsGood(trial: MeasuredTrial, fastest: MeasuredTrial): boolean {
  const [own, other] = [trial.after.sharedBlocks ?? 0, fastest.after.sharedBlocks ?? 0];
  const isAsFast =
    trial.speedup.ci95[1] >= fastest.speedup.ci95[0] && trial.speedup.ratio >= fastest.speedup.ratio * NEARLY;
  return (isAsFast || isTrifle(trial, fastest)) && own <= Math.max(other * TWICE, other + FEW_BLOCKS);
}

function isTrifle({ before, after }: MeasuredTrial, fastest: MeasuredTrial): boolean {
  const difference = after.medianMs - fastest.after.medianMs;
  return difference <= Math.min(TRIFLE_MS, before.medianMs * TRIFLE_SHARE);
}
