import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { bindNamed } from './parameters.ts';
import { loadParser } from './parse.ts';

beforeAll(loadParser);

describe('bindNamed', () => {
  test('numbers names in the order of their first use', () => {
    expect(bindNamed('SELECT :b, :a, :b', ['a', 'b'])).toEqual({
      sql: 'SELECT $1, $2, $1',
      order: ['b', 'a'],
      unknown: [],
    });
  });

  test('numbers after the parameters that are there', () => {
    expect(bindNamed('SELECT $2, :a', ['a']).sql).toBe('SELECT $2, $3');
  });

  test('leaves unknown placeholders and says so, once each', () => {
    expect(bindNamed('SELECT :a, :c, :c', ['a'])).toEqual({
      sql: 'SELECT $1, :c, :c',
      order: ['a'],
      unknown: ['c'],
    });
  });

  test.each([
    ['a string', `SELECT ':a', E'\\':a', U&':a'`],
    ['a dollar quote', 'SELECT $$ :a $$, $x$ :a $$ :a $x$'],
    ['a line comment', 'SELECT 1 -- :a\n'],
    ['a nested comment', 'SELECT /* :a /* :a */ :a */ 1'],
    ['a quoted identifier', 'SELECT ":a" FROM ":a"'],
    ['a cast', 'SELECT x::a, 1::a'],
    ['a named argument', 'SELECT f(b :=a)'],
    ['a slice', 'SELECT x[1:a], x[b:a], x[f(1):a], x[(1):a]'],
    ['a name apart from its colon', 'SELECT x[1: a]'],
  ])('leaves %s alone', (_, sql) => {
    expect(bindNamed(sql, ['a'])).toEqual({ sql, order: [], unknown: [] });
  });

  test.each([
    ['inside an array constructor', 'SELECT ARRAY[:a, :a]', 'SELECT ARRAY[$1, $1]'],
    [
      'inside a nested array, behind a keyword',
      'SELECT ARRAY[[CASE WHEN b THEN :a END]]',
      'SELECT ARRAY[[CASE WHEN b THEN $1 END]]',
    ],
    ['as a subscript', 'SELECT x[:a]', 'SELECT x[$1]'],
    ['cast', 'SELECT :a::int', 'SELECT $1::int'],
    ['behind an operator', 'SELECT -:a, b=:a, c@>:a', 'SELECT -$1, b=$1, c@>$1'],
    ['in parentheses inside a subscript', 'SELECT x[(:a)]', 'SELECT x[($1)]'],
    [
      'behind characters of several bytes',
      `SELECT 'é😀', /* ü */ "ß" = :a`,
      `SELECT 'é😀', /* ü */ "ß" = $1`,
    ],
  ])('binds a name %s', (_, sql, bound) => {
    expect(bindNamed(sql, ['a']).sql).toBe(bound);
  });

  test('gives back what the scanner does not accept', () => {
    expect(bindNamed("SELECT 'open, :a", ['a']).sql).toBe("SELECT 'open, :a");
  });

  test('changes nothing inside a literal, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const literal = `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`;
        expect(bindNamed(`SELECT ${literal}, :a`, ['a']).sql).toBe(`SELECT ${literal}, $1`);
      }),
    );
  });
});
