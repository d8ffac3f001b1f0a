import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { theilSen, type Point } from './theil-sen.ts';

const finite = fc.integer({ min: -1_000_000, max: 1_000_000 });
/** At different moments, in their order. */
const pointsOf = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 10_000_000 }), finite), {
    minLength: 2,
    maxLength: 25,
    selector: ([at]) => at,
  })
  .map((pairs) => pairs.toSorted(([a], [b]) => a - b).map(([at, value]): Point => ({ at, value })));

/** By the definition, with nothing clever. */
function naiveSlope(points: readonly Point[]): number {
  const slopes: number[] = [];
  for (const [index, left] of points.entries())
    for (const right of points.slice(index + 1))
      slopes.push((right.value - left.value) / (right.at - left.at));
  slopes.sort((a, b) => a - b);
  const middle = slopes.length / 2;
  return slopes.length % 2 === 1 ? slopes[Math.floor(middle)]! : (slopes[middle - 1]! + slopes[middle]!) / 2;
}

function slopeOf(points: readonly Point[]) {
  const found = theilSen(points);
  if (found === null) throw new Error('there is no slope');
  return found;
}

const within = (scale: number) => 1e-9 * Math.max(1, Math.abs(scale));

/** How far apart two numbers are, where that is more than rounding. */
function apart(actual: number, expected: number): number {
  const difference = Math.abs(actual - expected);
  return difference <= within(expected) ? 0 : difference;
}

describe('theilSen', () => {
  test('is the median of the slopes of all pairs', () => {
    fc.assert(
      fc.property(pointsOf, (points) => {
        expect(apart(slopeOf(points).slope, naiveSlope(points))).toBe(0);
      }),
    );
  });

  test('has an interval around it', () => {
    fc.assert(
      fc.property(pointsOf, (points) => {
        const { slope, ci95 } = slopeOf(points);
        expect(ci95[0]).toBeLessThanOrEqual(slope + within(slope));
        expect(ci95[1]).toBeGreaterThanOrEqual(slope - within(slope));
      }),
    );
  });

  test('moves with the values: a line added adds its slope, a factor multiplies', () => {
    fc.assert(
      fc.property(
        pointsOf,
        finite,
        finite,
        fc.integer({ min: 1, max: 1_000 }),
        (points, rise, offset, factor) => {
          const { slope, ci95 } = slopeOf(points);
          const moved = slopeOf(
            points.map(({ at, value }) => ({ at, value: factor * value + rise * at + offset })),
          );
          const tolerance = 1e-6 * (1 + Math.abs(rise) + Math.abs(factor * slope));
          expect(Math.abs(moved.slope - (factor * slope + rise))).toBeLessThanOrEqual(tolerance);
          expect(Math.abs(moved.ci95[0] - (factor * ci95[0] + rise))).toBeLessThanOrEqual(
            1e-6 * (1 + Math.abs(rise) + Math.abs(factor * ci95[0])),
          );
        },
      ),
    );
  });

  test('turns around with the values, interval and all', () => {
    fc.assert(
      fc.property(pointsOf, (points) => {
        const { slope, ci95 } = slopeOf(points);
        const turned = slopeOf(points.map(({ at, value }) => ({ at, value: -value })));
        expect(apart(turned.slope, -slope)).toBe(0);
        expect(apart(turned.ci95[0], -ci95[1])).toBe(0);
        expect(apart(turned.ci95[1], -ci95[0])).toBe(0);
      }),
    );
  });

  test('does not depend on where time begins', () => {
    fc.assert(
      fc.property(pointsOf, fc.integer({ min: 0, max: 1_000_000_000 }), (points, later) => {
        const { slope, ci95 } = slopeOf(points);
        const moved = slopeOf(points.map(({ at, value }) => ({ at: at + later, value })));
        expect(apart(moved.slope, slope)).toBe(0);
        expect(apart(moved.ci95[0], ci95[0])).toBe(0);
      }),
    );
  });

  test('is not moved far by a quarter of wrong points', () => {
    const points = Array.from({ length: 40 }, (_, at) => ({ at, value: at % 4 === 3 ? 1e9 : 3 * at }));
    const { slope } = slopeOf(points);
    expect(slope).toBeGreaterThanOrEqual(3);
    expect(slope).toBeLessThan(1e7);
  });

  test('has no width on an exact line, and a wide interval on few points that go up and down', () => {
    const line = Array.from({ length: 20 }, (_, at) => ({ at, value: 7 * at + 1 }));
    expect(slopeOf(line)).toEqual({ slope: 7, ci95: [7, 7] });
    const zigzag = Array.from({ length: 8 }, (_, at) => ({ at, value: at + (at % 2) * 10 }));
    const { ci95 } = slopeOf(zigzag);
    expect(ci95[0]).toBeLessThan(0);
    expect(ci95[1]).toBeGreaterThan(2);
  });

  test('is nothing for points at one moment', () => {
    expect(theilSen([])).toBeNull();
    expect(theilSen([{ at: 1, value: 1 }])).toBeNull();
    expect(
      theilSen([
        { at: 1, value: 1 },
        { at: 1, value: 2 },
      ]),
    ).toBeNull();
  });
});
