import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { inServerSpelling } from './placeholders.ts';

beforeAll(loadParser);

describe('a driver’s placeholders become the server’s', () => {
  test.each([
    ['SELECT * FROM t WHERE a = ? AND b = ?', 'SELECT * FROM t WHERE a = $1 AND b = $2'],
    ['SELECT * FROM t WHERE a IN (?, ?) LIMIT ?', 'SELECT * FROM t WHERE a IN ($1, $2) LIMIT $3'],
    ['SELECT * FROM t WHERE a > ? - 5', 'SELECT * FROM t WHERE a > $1 - 5'],
    [
      `SELECT '?', "a?", $$ ? $$ FROM t /* ? */ WHERE a = ? -- ?`,
      `SELECT '?', "a?", $$ ? $$ FROM t /* ? */ WHERE a = $1 -- ?`,
    ],
    [`SELECT * FROM t WHERE doc ? 'key' AND a = ?`, `SELECT * FROM t WHERE doc ? 'key' AND a = $1`],
    [`SELECT * FROM t WHERE doc ?? ? AND a = ?`, 'SELECT * FROM t WHERE doc ? $1 AND a = $2'],
    [`SELECT * FROM t WHERE doc ?| ? AND a = ?`, 'SELECT * FROM t WHERE doc ?| $1 AND a = $2'],
    ['INSERT INTO t (a, b) VALUES (?, ?)', 'INSERT INTO t (a, b) VALUES ($1, $2)'],
    [
      `SELECT * FROM t WHERE a = %s AND b LIKE 'x%%' LIMIT %s`,
      `SELECT * FROM t WHERE a = $1 AND b LIKE 'x%' LIMIT $2`,
    ],
    ['SELECT * FROM t WHERE a = %(a)s OR b = %(a)s', 'SELECT * FROM t WHERE a = :a OR b = :a'],
    ['SELECT * FROM t WHERE a = ? AND é = ?', 'SELECT * FROM t WHERE a = $1 AND é = $2'],
  ])('%s', (text, sql) => {
    expect(inServerSpelling(text)).toBe(sql);
  });
});

describe('what the server reads stays as it is', () => {
  test.each([
    'SELECT * FROM t WHERE a = $1 AND b = :b',
    `SELECT doc ? 'key', doc ?| array['a'], doc ?& $1 FROM t`,
    `SELECT * FROM t WHERE doc ? $1`,
    'SELECT a %s FROM t',
    'SELECT a % b, @a FROM t WHERE @ a > 5',
    'SELECT * FRM t WHERE a = ?',
    'SELECT 1; SELECT ?',
    '',
  ])('%s', (text) => {
    expect(inServerSpelling(text)).toBe(text);
  });
});
