import { quantileSorted } from 'simple-statistics';

/** Throughput and latency of one pool size: what a fixed number of tasks got through it. */
export interface SweepRow {
  readonly size: number;
  /** Of each slice of time, in the order in which they were taken. */
  readonly perSecond: readonly number[];
  /** Of single statements, waiting for a free connection included; null where none was answered. */
  readonly latencyMs: Latency | null;
  readonly statements: number;
  readonly errors: number;
}

export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface SweepChoice {
  /** The smallest pool that loses nothing; null where none answers as fast as it should. */
  readonly size: number | null;
  readonly reason: 'smallest-within-tolerance' | 'no-size-in-target' | 'nothing-answered';
  /** Share of the best throughput that counts as the same: 3 %, or what the slices differ by where that is more. */
  readonly tolerance: number;
}

const FACTORS = [0.5, 1, 1.5, 2];
/** Below that a smaller pool is taken for as good. */
const SAME_SHARE = 0.03;

/** The sizes that are worth trying around one that was computed, each once, within what the server lets in. */
export function sweepSizes(poolSize: number, limit: number): number[] {
  const sizes = FACTORS.map((factor) => Math.max(1, Math.min(limit, Math.round(poolSize * factor))));
  return [...new Set(sizes)];
}

/**
 * The smallest pool within 3 % of the best throughput whose 99th percentile is in the target. Slices of equal work
 * differ, too: where they differ by more than that, so much counts as the same.
 */
export function chooseSize(rows: readonly SweepRow[], targetP99Ms: number | null): SweepChoice {
  const answered = rows.filter(({ errors, latencyMs }) => errors === 0 && latencyMs !== null);
  const tolerance = Math.max(SAME_SHARE, ...answered.map(({ perSecond }) => spreadOf(perSecond)));
  if (answered.length === 0) return { size: null, reason: 'nothing-answered', tolerance };
  const best = Math.max(...answered.map(throughputOf));
  const chosen = answered
    .toSorted((a, b) => a.size - b.size)
    .filter(({ latencyMs }) => targetP99Ms === null || (latencyMs?.p99 ?? Infinity) <= targetP99Ms)
    .find((row) => throughputOf(row) >= (1 - tolerance) * best);
  return chosen === undefined
    ? { size: null, reason: 'no-size-in-target', tolerance }
    : { size: chosen.size, reason: 'smallest-within-tolerance', tolerance };
}

/** The percentiles of times; null where there is none. */
export function latencyOf(timesMs: readonly number[]): Latency | null {
  if (timesMs.length === 0) return null;
  const sorted = timesMs.toSorted((a, b) => a - b);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantileSorted(sorted, share));
  return { p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0 };
}

/** The median of the slices. */
export function throughputOf({ perSecond }: SweepRow): number {
  return quartiles(perSecond)[1];
}

/** How far the middle half of the slices is apart, as a share of their median. */
function spreadOf(perSecond: readonly number[]): number {
  const [low, middle, high] = quartiles(perSecond);
  return middle === 0 ? 0 : (high - low) / middle;
}

function quartiles(values: readonly number[]): [low: number, middle: number, high: number] {
  if (values.length === 0) return [0, 0, 0];
  const sorted = values.toSorted((a, b) => a - b);
  return [quantileSorted(sorted, 0.25), quantileSorted(sorted, 0.5), quantileSorted(sorted, 0.75)];
}
