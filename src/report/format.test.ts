import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Measurement } from '../measure/measurement.ts';
import {
  formatBytes,
  formatCount,
  formatMeasurement,
  formatMs,
  formatSaving,
  formatSpeedup,
} from './format.ts';

const MEASUREMENT: Measurement = {
  medianMs: 2400.4,
  ci95Ms: [2310.2, 2480.1],
  runs: 12,
  sharedBlocks: 41_210,
  where: 'target',
};
const speedup = (ratio: number) => ({ ratio, ci95: [ratio, ratio] }) as const;

test.each([
  [2400, '2,400 ms'],
  [1_234_567.8, '1,234,568 ms'],
  [123.4, '123 ms'],
  [45.04, '45 ms'],
  [45.26, '45.3 ms'],
  [4.205, '4.21 ms'],
  [4.2, '4.2 ms'],
  [0.0314, '0.031 ms'],
  [0, '0 ms'],
])('%s ms', (ms, expected) => {
  expect(formatMs(ms)).toBe(expected);
});

describe('a measurement', () => {
  test('with everything', () => {
    expect(formatMeasurement(MEASUREMENT)).toBe('2,400 ms median (2,310–2,480, 12 runs; 41,210 blocks)');
  });

  test('in the singular', () => {
    expect(formatMeasurement({ ...MEASUREMENT, runs: 1, sharedBlocks: 1 })).toContain('1 run; 1 block)');
  });

  test('names the lab, and leaves out what was not measured', () => {
    expect(formatMeasurement({ ...MEASUREMENT, sharedBlocks: null, where: 'url' })).toBe(
      '2,400 ms median (2,310–2,480, 12 runs; measured in the url lab)',
    );
  });

  test('stopped at the cut-off claims no median', () => {
    expect(formatMeasurement({ ...MEASUREMENT, medianMs: 60_000 }, true)).toBe(
      'more than 60,000 ms (stopped there)',
    );
  });
});

describe('a saving', () => {
  test.each([
    [2, '50 % less time'],
    [53.3, '98 % less time'],
    [100, '99 % less time'],
    [125, '99.2 % less time'],
    [400, '99.8 % less time'],
    [1_999, '> 99.9 % less time'],
    [1e9, '> 99.9 % less time'],
    [Infinity, '> 99.9 % less time'],
    [1, '0 % less time'],
    [0.8, '25 % more time'],
    [0.1, '900 % more time'],
  ])('ratio %s', (ratio, expected) => {
    expect(formatSaving(speedup(ratio))).toBe(expected);
  });

  test('is never rounded up to 100 %, and never signed', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), (ratio) => {
        const text = formatSaving(speedup(ratio));
        expect(text).not.toMatch(/100|-/);
        expect(Number(/[\d.]+/.exec(text)?.[0])).toBeLessThanOrEqual(99.9);
      }),
    );
  });
});

test('a speedup', () => {
  expect(formatSpeedup({ ratio: 53.31, ci95: [48.02, 57.96] })).toBe('53.3× as fast (48–58)');
  expect(formatSpeedup({ ratio: 1234, ci95: [1200, 1300] }, true)).toBe(
    'at least 1,234× as fast (1,200–1,300)',
  );
});

test.each([
  [0, '0 kB'],
  [8192, '8 kB'],
  [1024 ** 2 - 1, '1,024 kB'],
  [22_020_096, '21 MB'],
  [1.5 * 1024 ** 3, '1.5 GB'],
])('%s bytes', (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected);
});

test('counts have thousands and no fractions', () => {
  expect(formatCount(41_210.4)).toBe('41,210');
});
