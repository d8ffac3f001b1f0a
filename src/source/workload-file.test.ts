import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { statementsOfWorkload } from './workload-file.ts';

beforeAll(loadParser);

test('the statements of a file, with their lines', () => {
  const text = `\uFEFF-- name: orders-of\r
SELECT id FROM orders WHERE customer_id = :customer;\r
\\timing on\r
SELECT ';' FROM lines WHERE sku = ?;\r
UPDATE orders SET note = 'a';\r
SELECT 1\r
`;
  expect(statementsOfWorkload(text, 100).statements).toEqual([
    { sql: 'SELECT id FROM orders WHERE customer_id = :customer', line: 2, problem: null },
    { sql: "SELECT ';' FROM lines WHERE sku = $1", line: 4, problem: null },
    { sql: "UPDATE orders SET note = 'a'", line: 5, problem: null },
    { sql: 'SELECT 1', line: 6, problem: null },
  ]);
});

test('one that stands twice is one', () => {
  expect(statementsOfWorkload('SELECT 1;\nSELECT 1;\n', 100).statements).toEqual([
    { sql: 'SELECT 1', line: 1, problem: null },
  ]);
});

test('what does not parse says where, by the lines of the file', () => {
  const text = "SELECT 1;\n\nSELECT id\n  FRM orders WHERE a = 'x;\n";
  const [good, bad] = statementsOfWorkload(text, 100).statements;
  expect(good?.problem).toBeNull();
  expect(bad).toMatchObject({ line: 3, problem: expect.stringMatching(/^4:\d+: /) });
});

test('of many the first are looked at', () => {
  expect(statementsOfWorkload('SELECT 1; SELECT 2; SELECT 3', 2)).toMatchObject({
    statements: [{ sql: 'SELECT 1' }, { sql: 'SELECT 2' }],
    left: 1,
  });
});

test.for(['', '-- nothing yet\n', ';;\n', '\\i other.sql\n'])('%j has none', (text) => {
  expect(statementsOfWorkload(text, 100)).toEqual({ statements: [], left: 0 });
});
