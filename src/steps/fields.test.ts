import { describe, expect, test } from 'vitest';
import { parameterSets, targetTime } from './fields.ts';

describe('targetTime', () => {
  test.each([
    ['< 50 ms', 50],
    ['under 2s', 2_000],
    ['50ms', 50],
    ['0.5 ms', 0.5],
    ['250 µs', 0.25],
    ['250us', 0.25],
    ['p95 < 200ms', 200],
    ['1,500 ms', 1_500],
    ['at most 3 Seconds', 3_000],
    ['1.5 sec', 1_500],
    ['1,5 s', 1_500],
    ['50 milliseconds', 50],
    ['250 \u03BCs', 0.25],
    ['1 min', 60_000],
    ['2 minutes', 120_000],
    ['of 20 rows, 3 seconds', 3_000],
    ['99.9 % below 10 ms', 10],
  ])('%s', (text, expected) => {
    expect(targetTime.parse(text)).toBe(expected);
  });

  test.each([null, '', 'fast', '50', '20 MB', '10 rows', '5 msgs', '3 stages'])('%s says nothing', (text) => {
    expect(targetTime.parse(text)).toBeNull();
  });
});

describe('parameterSets', () => {
  test('none: one execution without parameters', () => {
    expect(parameterSets.parse([])).toEqual([[]]);
  });

  test('arrays and objects, as they are', () => {
    expect(parameterSets.parse(['["a@example.com", 3]', '[null]', '[]', '{"id": 7}'])).toEqual([
      ['a@example.com', 3],
      [null],
      [],
      { id: 7 },
    ]);
  });

  test.each(['4711', '"text"', 'null', '', '[1', "['a']", 'a, b'])('%s is neither', (entry) => {
    const read = parameterSets.safeParse(['[1]', entry]);
    expect(read.success).toBe(false);
    expect(read.error?.issues).toHaveLength(1);
    expect(read.error?.issues[0]?.message).toContain(JSON.stringify(entry));
  });
});
