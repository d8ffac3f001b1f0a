import { formatSpan } from './words.ts';
import type { Past } from './sample.ts';
import { theilSen, type Point } from './theil-sen.ts';

/** Fewer points, or points over less time than a week, say nothing about a week's rhythm. */
export const LEAST_POINTS = 14;
export const LEAST_DAYS = 7;
/**
 * The time that points span is cut into so many pieces, and the last point of each piece counts: what was looked at every
 * few seconds is one moment, and the pairs, which grow with the square, stay few.
 */
const PIECES = 60;
const DAY = 86_400;

/** When a growing value reaches its limit. */
export type Forecast =
  | {
      readonly state: 'reaches';
      /** Days from the last point on. */
      readonly days: number;
      /** With 95 % confidence; the later end is null where the value may as well not grow at all. */
      readonly ci95Days: readonly [soonest: number, latest: number | null];
      readonly perDay: number;
      readonly points: number;
    }
  /** It does not grow; `soonestDays` is what the interval leaves possible, null for never. */
  | { readonly state: 'steady'; readonly soonestDays: number | null; readonly points: number }
  | { readonly state: 'too-few'; readonly message: string };

/**
 * Days until a value reaches `limit`, by Theil–Sen over its points, oldest first. Refuses where there are fewer than
 * `LEAST_POINTS` of them, spread over their time, or they span less than `LEAST_DAYS`.
 */
export function forecast(all: readonly Point[], limit: number): Forecast {
  const points = spread(all);
  const last = points.at(-1);
  const spanned = (last?.at ?? 0) - (all[0]?.at ?? 0);
  if (last === undefined || points.length < LEAST_POINTS || spanned < LEAST_DAYS * DAY) {
    const have = points.length < 2 ? String(points.length) : `${points.length} over ${formatSpan(spanned)}`;
    return {
      state: 'too-few',
      message: `a forecast needs ${LEAST_POINTS} samples over ${LEAST_DAYS} days; there are ${have}`,
    };
  }
  const slope = theilSen(points);
  if (slope === null) throw new Error('the points of a week are at one moment');
  const left = Math.max(0, limit - last.value);
  const daysAt = (perSecond: number) => (perSecond > 0 ? left / perSecond / DAY : null);
  const [low, high] = slope.ci95;
  const days = daysAt(slope.slope);
  if (days === null) return { state: 'steady', soonestDays: daysAt(high), points: points.length };
  return {
    state: 'reaches',
    days,
    ci95Days: [daysAt(high) ?? days, daysAt(low)],
    perDay: slope.slope * DAY,
    points: points.length,
  };
}

function spread(points: readonly Point[]): readonly Point[] {
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const pieceOf = ({ at }: Point) => Math.floor((PIECES * (at - first)) / (last - first || 1));
  return points.filter((point, index) => {
    const next = points[index + 1];
    return next === undefined || pieceOf(next) !== pieceOf(point);
  });
}

/** The points of each thing that the history knows, by `key`; a row without a value is left out. */
export function pointsOf<Row>(
  history: readonly Past<Row>[],
  key: (row: Row) => string,
  value: (row: Row) => number | null,
): ReadonlyMap<string, readonly Point[]> {
  const points = new Map<string, Point[]>();
  for (const { at, rows } of history) {
    for (const row of rows) {
      const found = value(row);
      if (found === null) continue;
      const own = points.get(key(row)) ?? [];
      own.push({ at, value: found });
      points.set(key(row), own);
    }
  }
  return points;
}

/** `in 34 days (29 to 41)`, `in 34 days (29 or never)`, `not in sight`, or why it cannot be told. */
export function forecastWords(found: Forecast): string {
  if (found.state === 'too-few') return found.message;
  if (found.state === 'steady')
    return found.soonestDays === null
      ? 'not in sight: it does not grow'
      : `not in sight: it does not grow; at the soonest in ${formatSpan(found.soonestDays * DAY)}`;
  const [soonest, latest] = found.ci95Days;
  const range = `${formatSpan(soonest * DAY)} to ${latest === null ? 'never' : formatSpan(latest * DAY)}`;
  return `in ${formatSpan(found.days * DAY)} (95 %: ${range})`;
}
