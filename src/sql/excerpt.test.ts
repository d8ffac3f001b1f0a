import { beforeAll, expect, test } from 'vitest';
import { excerptWithoutConstants } from './excerpt.ts';
import { loadParser } from './parse.ts';

beforeAll(loadParser);

const LONG = `SELECT id FROM orders WHERE city IN (${Array.from({ length: 200 }, (_, at) => `'secret ${at}'`).join(', ')}) ORDER BY "Placed at"`;

test.each([
  ['SELECT 1', 'SELECT ?'],
  ["SELECT 'secret", 'SELECT …'],
  [String.raw`SELECT U&'abc', e'a\'secret`, 'SELECT ?, e …'],
  ["SELECT 'it''s', $$secret", 'SELECT ?, ? …'],
  ['SELECT "Ab', 'SELECT …'],
  ['SELECT 1 /* secret', 'SELECT ? …'],
  ['', ''],
  ['-- secret', ''],
  ['SELECT 12abc', '(not shown)'],
  ['<insufficient privilege>', '<insufficient privilege>'],
])('%s', (sql, shown) => {
  expect(excerptWithoutConstants(sql, 100)).toBe(shown);
});

test('what is too long ends before its limit', () => {
  const shown = excerptWithoutConstants(LONG, 60);
  expect(shown).toMatch(/^SELECT id FROM orders WHERE city IN \(\?, .* …$/);
  expect(shown.length).toBeLessThanOrEqual(60);
});

test('cut anywhere it shows no constant, and what was shown once is shown the same again', () => {
  for (let end = 0; end < 120; end++) {
    for (const length of [20, 55, 300]) {
      const shown = excerptWithoutConstants(LONG.slice(0, end), length);
      expect(shown).not.toContain('secret');
      expect(excerptWithoutConstants(shown, length)).toBe(shown);
    }
  }
  const whole = excerptWithoutConstants(LONG, 730);
  expect(excerptWithoutConstants(whole, 730)).toBe(whole);
});
