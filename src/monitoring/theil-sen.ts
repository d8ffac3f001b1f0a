import { median, quantileSorted } from 'simple-statistics';

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

/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/**
 * Theil–Sen: the median of the slopes between all pairs of points, which up to 29 % of wrong points do not move far. The
 * interval is Sen's (1968): the ranks `(N ± z·sd)/2` of the pairs' slopes, `sd² = n(n−1)(2n+5)/18` being the variance of
 * Kendall's statistic. Null where no two points are at different moments.
 */
export function theilSen(points: readonly Point[]): Slope | null {
  const slopes = new Float64Array(slopesOf(points)).toSorted();
  const count = slopes.length;
  if (count === 0) return null;
  const n = points.length;
  const spread = Z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const rank = (position: number) => slopes[Math.min(count - 1, Math.max(0, position))] ?? Number.NaN;
  const sorted = [...slopes];
  return {
    slope: quantileSorted(sorted, 0.5),
    ci95: [rank(Math.floor((count - spread) / 2) - 1), rank(Math.ceil((count + spread) / 2))],
  };
}

function slopesOf(points: readonly Point[]): number[] {
  return points.flatMap((left, at) =>
    points
      .slice(at + 1)
      .filter((right) => right.at !== left.at)
      .map((right) => (right.value - left.value) / (right.at - left.at)),
  );
}

/** The line of that slope through the points: the median of what is left of the values. */
export function valueAt(points: readonly Point[], { slope }: Slope, at: number): number {
  return median(points.map((point) => point.value - slope * point.at)) + slope * at;
}
