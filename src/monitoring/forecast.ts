import { formatSpan } from './words.ts';
import type { Past } from './sample.ts';
import { theilSen, type Point } from './theil-sen.ts';

/** How much has to be known for a forecast; seconds. */
interface Basis {
  readonly leastPoints: number;
  /** From the first point to the last. */
  readonly leastSpan: number;
  /** What is older says nothing of what comes. */
  readonly oldest: number;
}

const DAY = 86_400;
/** Fewer points, or points over less time than a week, say nothing about a week's rhythm. */
export const BY_WEEKS: Basis = { leastPoints: 14, leastSpan: 7 * DAY, oldest: Infinity };
/** For what ends within hours: it goes on as it went in the last of them, or does not. */
export const BY_HOURS: Basis = { leastPoints: 14, leastSpan: 900, oldest: 6 * 3_600 };

/**
 * The time that points span is cut into so many pieces, and the last point of each piece counts: what was looked at every
 * few seconds is one moment, and the pairs, which grow with the square, stay few.
 */
const PIECES = 60;

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
 * Days until a value reaches `limit`, by Theil–Sen over its points, oldest first. Refuses where there are too few of them,
 * spread over their time, or they span too little of it.
 */
export function forecast(all: readonly Point[], limit: number, basis: Basis = BY_WEEKS): Forecast {
  const { leastPoints, leastSpan, oldest } = basis;
  const now = all.at(-1)?.at ?? 0;
  const recent = all.filter(({ at }) => now - at <= oldest);
  const points = spread(recent);
  const last = points.at(-1);
  const spanned = now - (recent[0]?.at ?? now);
  if (last === undefined || points.length < leastPoints || spanned < leastSpan) {
    const have = points.length < 2 ? String(points.length) : `${points.length} over ${formatSpan(spanned)}`;
    return {
      state: 'too-few',
      message: `a forecast needs ${leastPoints} samples over ${formatSpan(leastSpan)}; there are ${have}`,
    };
  }
  const slope = theilSen(points);
  if (slope === null) throw new Error('points that span some time are at one moment');
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
