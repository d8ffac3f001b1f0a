/** A time of day on a date, without a zone: microseconds since 1970, as if the clock never changed. */
export type Moment = bigint;

/** From `from` on, up to but without `to`; null where there is no such end. */
export interface Period {
  readonly from: Moment | null;
  readonly to: Moment | null;
}

export type Unit =
  | 'microsecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year';

const LENGTHS: Partial<Record<Unit, bigint>> = {
  microsecond: 1n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
};
export const DAY = 86_400_000_000n;

const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?$/;

/** Reads `2024-03-31` and `2024-03-31 10:00:00.5`, which no DateStyle reads otherwise; null for anything else. */
export function readMoment(text: string): Moment | null {
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = ''] =
    WRITTEN.exec(text) ?? [];
  if (Number(year) < 1000 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // 31 June would be 1 July.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const seconds = BigInt(hour) * 3600n + BigInt(minute) * 60n + BigInt(second);
  return BigInt(date.getTime()) * 1000n + seconds * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

export const startOfYear = (year: number): Moment => BigInt(Date.UTC(year, 0, 1)) * 1000n;

export const yearOf = (moment: Moment): number => dateOf(moment).getUTCFullYear();

/** `2024-03-31`, or with the time of day where it is not midnight. */
export function writeMoment(moment: Moment): string {
  const [date = '', time = ''] = dateOf(moment).toISOString().split('T');
  const fraction = (((moment % 1_000_000n) + 1_000_000n) % 1_000_000n)
    .toString()
    .padStart(6, '0')
    .replace(/0+$/, '');
  if (isMidnight(moment)) return date;
  return `${date} ${time.slice(0, 8)}${fraction === '' ? '' : `.${fraction}`}`;
}

export const isMidnight = (moment: Moment): boolean => moment % DAY === 0n;

export function startOf(unit: Unit, moment: Moment): Moment {
  const length = LENGTHS[unit];
  if (length !== undefined) return floor(moment, length);
  // 1970-01-01 was a Thursday.
  if (unit === 'week') return floor(moment + 3n * DAY, 7n * DAY) - 3n * DAY;
  const date = dateOf(moment);
  const month = date.getUTCMonth();
  const first = { month, quarter: month - (month % 3), year: 0 }[unit as 'month' | 'quarter' | 'year'];
  return BigInt(Date.UTC(date.getUTCFullYear(), first, 1)) * 1000n;
}

/** The start of the next unit after a start of one. */
export function next(unit: Unit, start: Moment): Moment {
  const length = unit === 'week' ? 7n * DAY : LENGTHS[unit];
  if (length !== undefined) return start + length;
  const date = dateOf(start);
  const months = { month: 1, quarter: 3, year: 12 }[unit as 'month' | 'quarter' | 'year'];
  return BigInt(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)) * 1000n;
}

/** The moments whose unit compares so with the unit that begins at `start`; null for other operators. */
export function periodOf(unit: Unit, operator: string, start: Moment): Period | null {
  const after = next(unit, start);
  switch (operator) {
    case '=':
      return { from: start, to: after };
    case '<':
      return { from: null, to: start };
    case '<=':
      return { from: null, to: after };
    case '>':
      return { from: after, to: null };
    case '>=':
      return { from: start, to: null };
    default:
      return null;
  }
}

/** The same moments in as few periods as can be, in order. */
export function merged(periods: readonly Period[]): Period[] {
  const sorted = periods.toSorted((one, other) => ((one.from ?? 0n) < (other.from ?? 0n) ? -1 : 1));
  const result: Period[] = [];
  for (const period of sorted) {
    const last = result.at(-1);
    if (last?.to == null || period.from === null || period.from > last.to) result.push(period);
    else
      result.splice(-1, 1, {
        from: last.from,
        to: period.to !== null && period.to > last.to ? period.to : last.to,
      });
  }
  return result;
}

const dateOf = (moment: Moment): Date => new Date(Number(floor(moment, 1000n) / 1000n));

const floor = (value: bigint, unit: bigint): bigint => value - (((value % unit) + unit) % unit);
