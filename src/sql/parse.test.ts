import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatements, SqlSyntaxError } from './parse.ts';

beforeAll(loadParser);

function positionIn(sql: string): number | null {
  try {
    parseStatements(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return error.position;
    throw error;
  }
  throw new Error(`${sql} parses`);
}

describe('parseStatements', () => {
  test('cuts the text where the statements end, whatever its characters take in bytes', () => {
    const statements = parseStatements(`SELECT 'é😀;' ; /* – */ SELECT "ß" -- x ;\n;`);
    expect(statements.map(({ sql }) => sql)).toEqual([`SELECT 'é😀;'`, `SELECT "ß" -- x ;`]);
  });

  test('gives no statement for nothing but comments and semicolons', () => {
    expect(['', '  \n', '-- nothing', ';;;'].map((sql) => parseStatements(sql).length)).toEqual([0, 0, 0, 0]);
  });

  test('names the position of an error in UTF-16 code units', () => {
    const sql = `SELECT '😀', selec 1 frm`;
    expect(positionIn(sql)).toBe(sql.indexOf('1 frm'));
  });

  test.each([
    ['NUL, which ends the text for the parser', 'SELECT 1;\u0000 DROP TABLE t'],
    ['a lone carriage return, which ends a comment', 'SELECT 1 -- \rDROP TABLE t'],
    ['a bidirectional override', '/* \u202e */ SELECT 1'],
    ['a zero-width space', 'SELECT us\u200bers'],
    ['a byte order mark', '\uFEFFSELECT 1'],
    ['an escape sequence for the terminal', "SELECT '\u001b[2J'"],
  ])('refuses %s', (_, sql) => {
    expect(positionIn(sql)).toBeTypeOf('number');
  });

  test('takes tabs and both line endings', () => {
    expect(parseStatements('SELECT\t1\r\nFROM t\n')).toHaveLength(1);
  });

  test('turns nesting that exhausts the parser into an error of its own, and goes on working', () => {
    expect(() => parseStatements(`SELECT ${'('.repeat(30_000)}1${')'.repeat(30_000)}`)).toThrow(
      SqlSyntaxError,
    );
    expect(parseStatements('SELECT 1')).toHaveLength(1);
  });
});
