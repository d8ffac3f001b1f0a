import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { replaceStatement } from './replace.ts';

beforeAll(loadParser);

const FROM = 'SELECT id FROM orders WHERE total + 1 = $1';
const TO = 'SELECT id FROM orders WHERE total = $1 - 1';

describe('replaceStatement', () => {
  test.each([
    ['sql', `-- name: list\n${FROM};\nSELECT 2;\n`, `-- name: list\n${TO};\nSELECT 2;\n`],
    ['ts', `const a = \`${FROM}\`;\n`, `const a = \`${TO}\`;\n`],
    ['py', `A = "${FROM}"\n`, `A = "${TO}"\n`],
  ])('a %s file has the new statement, and everything else as it was', (extension, source, expected) => {
    expect(replaceStatement(source, { extension, from: FROM, to: TO })).toBe(expected);
  });

  test('line ends are those of the file', () => {
    const [from, to] = ['SELECT id\nFROM orders', 'SELECT id\nFROM orders\nLIMIT 1'];
    expect(replaceStatement('SELECT id\r\nFROM orders;\r\n', { extension: 'sql', from, to })).toBe(
      'SELECT id\r\nFROM orders\r\nLIMIT 1;\r\n',
    );
  });

  test('a statement of one line in a program stays on one line', () => {
    const to = 'SELECT id\nFROM orders\nWHERE total = $1 - 1';
    expect(replaceStatement(`const a = '${FROM}';\n`, { extension: 'ts', from: FROM, to })).toBe(
      "const a = 'SELECT id FROM orders WHERE total = $1 - 1';\n",
    );
  });

  test.each([
    ['stands there twice', 'ts', `const a = \`${FROM}\`, b = \`${FROM}\`;\n`, TO],
    ['is not there as it was read', 'ts', 'const a = `SELECT id FROM orders WHERE total + 1 = ${x}`;\n', TO],
    ['would need a quote that ends the literal', 'ts', `const a = '${FROM}';\n`, `${TO} AND note = 'x'`],
    ['would be split by a comment', 'ts', `const a = '${FROM}';\n`, 'SELECT id -- x\nFROM orders'],
    ['stands in a language that is not read', 'cob', `${FROM}\n`, TO],
  ])('nothing is changed where the statement %s', (_why, extension, source, to) => {
    expect(replaceStatement(source, { extension, from: FROM, to })).toBeNull();
  });
});
