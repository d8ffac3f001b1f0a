/** A value at a moment; `at` in seconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** Per second. */
export interface Slope {
  readonly slope: number;
  readonly ci95: readonly [low: number, high: number];
}

/** The 97.5 % quantile of Student's t for 13 steps, the fewest that a forecast is made of; a little wide for more. */
const T = 2.16;
/** Of a slope through a random walk with drift, the variance is 6/5 of σ²/T (Durlauf and Phillips 1988). */
const WALK = 6 / 5;

/**
 * Theil–Sen: the median of the slopes between all pairs of points, which up to 29 % of wrong points do not move far. Null
 * where no two points are at different moments. Points are in the order of time.
 *
 * The interval takes what grows for a random walk with drift, as counters and sizes are sums of what happened: its steps are
 * independent, not its values. Sen's own interval, by ranks, takes the values for independent; of a walk it holds the true
 * slope 15 to 40 times in 100 (`forecast.test.ts` measures this one).
 */
export function theilSen(points: readonly Point[]): Slope | null {
  const slopes = slopesOf(points).toSorted();
  if (slopes.length === 0) return null;
  const slope = middleOf(slopes);
  const half = halfWidth(points, slope);
  return { slope, ci95: [slope - half, slope + half] };
}

/** Loops over numbers in place: a round may make hundreds of forecasts, each of thousands of pairs. */
function slopesOf(points: readonly Point[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  for (const [index, left] of points.entries()) {
    for (let other = index + 1; other < points.length; other += 1) {
      const right = points[other] ?? left;
      if (right.at === left.at) continue;
      slopes[count] = (right.value - left.value) / (right.at - left.at);
      count += 1;
    }
  }
  return slopes.subarray(0, count);
}

function middleOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/**
 * Steps that are larger than the slope tend to come together, on busy days: their long-run variance (Bartlett's weights,
 * as Newey and West) counts where it is larger than the plain one.
 */
function halfWidth(points: readonly Point[], slope: number): number {
  const steps = points.slice(1).flatMap((point, index) => {
    const before = points[index] ?? point;
    const seconds = point.at - before.at;
    return seconds > 0 ? [(point.value - before.value - slope * seconds) / Math.sqrt(seconds)] : [];
  });
  const seconds = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const lags = Math.floor(Math.cbrt(steps.length));
  const plain = sumOf(steps, 0) / Math.max(1, steps.length - 1);
  const more = Array.from(
    { length: lags },
    (_, lag) => 2 * (1 - (lag + 1) / (lags + 1)) * sumOf(steps, lag + 1),
  );
  const longRun = plain + more.reduce((sum, one) => sum + one, 0) / Math.max(1, steps.length);
  return T * Math.sqrt((WALK * Math.max(plain, longRun)) / seconds);
}

/** Of the products of each step with the one that is `lag` before it. */
function sumOf(steps: readonly number[], lag: number): number {
  return steps.slice(lag).reduce((sum, step, index) => sum + step * (steps[index] ?? 0), 0);
}
