import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../measure/statistics.ts';
import { forecast, forecastWords, BY_HOURS, BY_WEEKS, pointsOf } from './forecast.ts';
import { theilSen, type Point } from './theil-sen.ts';

const DAY = 86_400;

/** Daily points of something that grows by these steps. */
function walk(steps: readonly number[]): Point[] {
  let value = 0;
  return [
    { at: 0, value },
    ...steps.map((step, index) => ({ at: (index + 1) * DAY, value: (value += step) })),
  ];
}

const days = (count: number, step: (day: number) => number) =>
  walk(Array.from({ length: count }, (_, day) => step(day)));

describe('forecast', () => {
  test('of an exact line is exact', () => {
    expect(
      forecast(
        days(20, () => 50),
        1_500,
      ),
    ).toMatchObject({
      state: 'reaches',
      days: 10,
      ci95Days: [10, 10],
      perDay: 50,
      points: 21,
    });
  });

  test('reaches its limit within its interval, and sooner the lower the limit is', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 14, maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.nat(1_000_000), fc.nat(1_000_000), (some, one, other) => {
        const points = walk(some);
        const end = points.at(-1)!.value;
        const [low, high] = [end + Math.min(one, other), end + Math.max(one, other)];
        const [sooner, later] = [forecast(points, low), forecast(points, high)];
        expect(sooner.state).toBe(later.state);
        if (sooner.state !== 'reaches' || later.state !== 'reaches') return;
        expect(sooner.days).toBeLessThanOrEqual(later.days);
        const [soonest, latest] = later.ci95Days;
        expect(soonest).toBeLessThanOrEqual(later.days);
        expect(latest ?? Infinity).toBeGreaterThanOrEqual(later.days);
      }),
    );
  });

  test('is now where the limit is reached already', () => {
    expect(
      forecast(
        days(20, () => 50),
        900,
      ),
    ).toMatchObject({ state: 'reaches', days: 0 });
  });

  test('of what does not grow, or shrinks, is none', () => {
    expect(
      forecast(
        days(20, () => 0),
        100,
      ),
    ).toEqual({ state: 'steady', soonestDays: null, points: 21 });
    expect(
      forecast(
        days(20, () => -5),
        100,
      ),
    ).toEqual({ state: 'steady', soonestDays: null, points: 21 });
  });

  test('says that it may as well never be where the interval says so', () => {
    const found = forecast(
      days(16, (day) => (day % 2 === 0 ? 300 : -280)),
      10_000,
    );
    expect(found).toMatchObject({ state: 'reaches', ci95Days: [expect.any(Number), null] });
    expect(forecastWords(found)).toMatch(/^in .* \(95 %: .* to never\)$/);
  });

  test.each<[string, readonly Point[], string]>([
    ['nothing', [], '0'],
    ['one point', days(0, () => 1), '1'],
    ['too few points', days(BY_WEEKS.leastPoints - 2, () => 1), '13 over 12 days'],
    ['too short a time', days(50, () => 1).map(({ at, value }) => ({ at: at / 50, value })), '51 over 1 day'],
    [
      'many in a minute, and one a week later',
      [...Array.from({ length: 60 }, (_, at) => ({ at, value: at })), { at: 8 * DAY, value: 99 }],
      '2 over 8 days',
    ],
  ])('refuses: %s', (_, points, have) => {
    const message = `a forecast needs 14 samples over 7 days; there are ${have}`;
    expect(forecast(points, 1e6)).toEqual({ state: 'too-few', message });
  });

  test('by hours goes by the last of them, and refuses a few minutes', () => {
    // A day at rest, then four hours in which it grows by 1 a second.
    const grew = Array.from({ length: 48 }, (_, each) => ({ at: DAY + each * 300, value: each * 300 }));
    const rested = [{ at: 0, value: 0 }, ...grew];
    const last = 47 * 300;
    expect(forecast(rested, last + DAY, BY_HOURS)).toMatchObject({ days: 1, ci95Days: [1, 1], points: 48 });
    expect(forecast(grew.slice(0, 3), DAY, BY_HOURS)).toEqual({
      state: 'too-few',
      message: 'a forecast needs 14 samples over 15 minutes; there are 3 over 10 minutes',
    });
    const minutes = Array.from({ length: 60 }, (_, each) => ({ at: each * 10, value: each }));
    expect(forecast(minutes, DAY, BY_HOURS)).toMatchObject({ state: 'too-few' });
  });

  test('of many points is as good as of all of them', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({ at: index * 3_600, value: index * 2 }));
    expect(forecast(many, 10_000 + 9_998)).toMatchObject({ days: 10_000 / 48, perDay: 48 });
  });
});

describe('the interval', () => {
  const random = seededRandom(18);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let persistent = 0;
  /** Things that grow by 1,000 a day, each in its own way. */
  const STEPS: Readonly<Record<string, (day: number) => number>> = {
    'every day its own': () => 1_000 + 300 * normal(),
    'as events come': () => -1_000 * Math.log(1 - random()),
    'less at weekends': (day) => (day % 7 < 5 ? 1_300 : 250) + 100 * normal(),
    'busy days in a row': () => 1_000 + (persistent = 0.6 * persistent + 240 * normal()),
  };

  /** How often of 200 the interval holds the slope. */
  function coverage(step: (day: number) => number, count: number): number {
    const held = Array.from({ length: 200 }, () => theilSen(days(count, step))!).filter(
      ({ ci95: [low, high] }) => low * DAY <= 1_000 && 1_000 <= high * DAY,
    );
    return held.length / 200;
  }

  test.each<[string, number, number]>([
    ['every day its own', 14, 0.9],
    ['every day its own', 60, 0.9],
    ['as events come', 14, 0.85],
    ['as events come', 60, 0.9],
    ['less at weekends', 14, 0.97],
    ['less at weekends', 60, 0.97],
    // Of a month that is busier than others nothing tells that it will end.
    ['busy days in a row', 14, 0.65],
    ['busy days in a row', 60, 0.75],
  ])('holds the true slope: %s, %d days: at least %d', (name, count, least) => {
    expect(coverage(STEPS[name]!, count)).toBeGreaterThanOrEqual(least);
  });
});

test('pointsOf finds the points of each thing, without what has no value', () => {
  const history = [
    {
      at: 1,
      rows: [
        { name: 'a', size: 1 },
        { name: 'b', size: null },
      ],
    },
    {
      at: 2,
      rows: [
        { name: 'a', size: 2 },
        { name: 'b', size: 5 },
      ],
    },
  ];
  const points = pointsOf(
    history,
    ({ name }) => name,
    ({ size }) => size,
  );
  expect(Object.fromEntries(points)).toEqual({
    a: [
      { at: 1, value: 1 },
      { at: 2, value: 2 },
    ],
    b: [{ at: 2, value: 5 }],
  });
});
