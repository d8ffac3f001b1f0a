import type { Speedup } from '../measurement.ts';
import { pairedSpeedup, type RandomSource } from '../statistics.ts';
import type { RoundPair } from './changes.ts';

/** What the times of two servers say. */
export interface TimeComparison {
  /** before / after. */
  readonly speedup: Speedup;
  /** The same of two servers that were configured alike: what the machine makes of equals. */
  readonly alike: Speedup;
  readonly verdict: 'faster' | 'slower' | 'no-difference' | 'inconclusive';
  readonly message: string;
}

/** A difference below is not worth a setting, and throughput of six equal runs in a row varies by 10 % (measured on 18.4). */
const LEAST_EFFECT = 0.05;
/** The interval of fewer is no more than the least and the greatest of them. */
const FEWEST_PAIRS = 5;

/**
 * Compares times, which are the weaker evidence: six-second runs of equal servers have differed by 12 % with an interval
 * that excluded 1. So equals are measured first. Where their interval excludes 1, times say nothing; and a difference
 * counts only where its whole interval is beyond the whole of theirs.
 */
export function compareTimes(
  pairs: readonly RoundPair[],
  alike: readonly RoundPair[],
  random: RandomSource,
): TimeComparison {
  const speedup = pairedSpeedup(pairs.map(timesOf), random);
  const noise = pairedSpeedup(alike.map(timesOf), random);
  const told = { speedup, alike: noise };
  if (Math.min(pairs.length, alike.length) < FEWEST_PAIRS)
    return {
      ...told,
      verdict: 'inconclusive',
      message: `too few runs to compare times: ${pairs.length} pairs`,
    };
  const [low, high] = noise.ci95;
  if (low > 1 || high < 1) {
    const message = `two servers with the same configuration differed, ratio ${range(noise)}: this machine’s times say nothing`;
    return { ...told, verdict: 'inconclusive', message };
  }
  if (speedup.ci95[0] > Math.max(high, 1 + LEAST_EFFECT))
    return { ...told, verdict: 'faster', message: `faster, ratio ${range(speedup)}` };
  if (speedup.ci95[1] < Math.min(low, 1 / (1 + LEAST_EFFECT)))
    return { ...told, verdict: 'slower', message: `slower, ratio ${range(speedup)}` };
  const message = `no difference in time beyond that of equal servers: ratio ${range(speedup)}, equals ${range(noise)}`;
  return { ...told, verdict: 'no-difference', message };
}

function timesOf({ before, after }: RoundPair) {
  return {
    beforeMs: before.elapsedMs / before.transactions,
    afterMs: after.elapsedMs / after.transactions,
  };
}

function range({ ratio, ci95: [low, high] }: Speedup): string {
  return `${ratio.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
