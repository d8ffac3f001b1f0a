import type { Measurement, RowsComparison, Speedup } from './measurement.ts';

/** What counts as a gain; 0.1 is 10 %. */
export interface GainThreshold {
  /** The time saved that the whole interval must exceed. */
  readonly time: number;
  /** How much the shared blocks may grow. */
  readonly blocks: number;
}

export const DEFAULT_THRESHOLD: GainThreshold = { time: 0.1, blocks: 0.1 };

/** What a trial has measured. */
export interface Measured {
  readonly before: Measurement;
  readonly after: Measurement;
  readonly speedup: Speedup;
  /** Of the fastest runs, which nothing else disturbed: see `floorRatio`. */
  readonly floorRatio: number;
  readonly rows: RowsComparison;
}

type Refusal = 'rows-differ' | 'within-noise' | 'too-small' | 'more-blocks';

export type GainVerdict =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly reason: { readonly code: Refusal; readonly message: string } };

/**
 * Many lookups in cached pages read more blocks than one scan and are faster all the same. Where even the lower end of
 * the interval says three times as fast, that is no accident of the cache; below, it may be one.
 */
const DESPITE_BLOCKS = 3;

/** Whether a measured change is worth having: same rows, the interval clear of the threshold, no more blocks. */
export function judgeGain(measured: Measured, threshold: GainThreshold): GainVerdict {
  const { before, after, speedup, rows } = measured;
  if (rows === 'different') {
    return refused('rows-differ', 'the statement returned other rows with the change');
  }
  const required = 1 / (1 - threshold.time);
  if (!(speedup.ci95[0] > required)) {
    const [low, high] = speedup.ci95.map((ratio) => percent(1 - 1 / ratio));
    const saved = `time saved is between ${low} and ${high} (95 % interval)`;
    // Nothing at all is as likely as something, or it is something, and not enough.
    const code = speedup.ci95[0] > 1 ? 'too-small' : 'within-noise';
    return refused(code, `${saved}, which does not exclude ${percent(threshold.time, 1)}`);
  }
  // Blocks say without noise that something is better. Where they do not, the undisturbed runs have to.
  if (
    !hasFewerBlocks(before.sharedBlocks, after.sharedBlocks, threshold) &&
    !(measured.floorRatio > required)
  ) {
    const saved = percent(1 - 1 / measured.floorRatio);
    return refused(
      'within-noise',
      `it reads as many blocks, and the fastest runs differ by ${saved}: the rest may be other load`,
    );
  }
  if (before.sharedBlocks !== null && after.sharedBlocks !== null) {
    const allowed = before.sharedBlocks * (1 + threshold.blocks);
    if (after.sharedBlocks > allowed && !(speedup.ci95[0] >= DESPITE_BLOCKS)) {
      return refused(
        'more-blocks',
        `it reads ${after.sharedBlocks} shared blocks instead of ${before.sharedBlocks}`,
      );
    }
  }
  return { accepted: true };
}

/** Whether the change spares blocks, by more than the threshold. */
export function hasFewerBlocks(
  before: number | null,
  after: number | null,
  threshold: GainThreshold,
): boolean {
  return before !== null && after !== null && after < before * (1 - threshold.blocks);
}

function percent(share: number, digits = 0): string {
  return `${Number((share * 100).toFixed(digits))} %`;
}

function refused(code: Refusal, message: string): GainVerdict {
  return { accepted: false, reason: { code, message } };
}
