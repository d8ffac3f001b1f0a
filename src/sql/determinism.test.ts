import { beforeAll, describe, expect, test } from 'vitest';
import { isDeterministic } from './determinism.ts';
import { loadParser, parseStatements } from './parse.ts';

beforeAll(loadParser);

function deterministic(sql: string): boolean {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error('no statement');
  return isDeterministic(statement.tree);
}

describe('the text fixes the rows', () => {
  test.each([
    'SELECT id FROM orders WHERE customer_id = 7',
    'SELECT id FROM orders ORDER BY created_at',
    'SELECT DISTINCT status FROM orders',
    'SELECT status, count(*), min(id), max(id), bool_or(paid) FROM orders GROUP BY status',
    'SELECT o.id FROM orders o LEFT JOIN lines l ON l.order_id = o.id WHERE EXISTS (SELECT FROM users)',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT n FROM r',
    'SELECT 1 UNION SELECT 2 INTERSECT SELECT 3',
    'VALUES (1), (2)',
    'SELECT \'LIMIT 1\', "limit" FROM t',
  ])('%s', (sql) => {
    expect(deterministic(sql)).toBe(true);
  });
});

describe('the planner chooses among equals', () => {
  test.each([
    'SELECT id FROM orders LIMIT 10',
    'SELECT id FROM orders ORDER BY id OFFSET 10',
    'SELECT id FROM orders FETCH FIRST 3 ROWS ONLY',
    'SELECT DISTINCT ON (customer_id) id FROM orders ORDER BY customer_id',
    'SELECT id FROM orders TABLESAMPLE system (1)',
    'SELECT row_number() OVER (ORDER BY status) FROM orders',
    'SELECT rank() OVER w FROM orders WINDOW w AS (ORDER BY status)',
  ])('%s', (sql) => {
    expect(deterministic(sql)).toBe(false);
  });
});

describe('the value depends on the order of the rows', () => {
  test.each([
    "SELECT string_agg(name, ',') FROM users",
    'SELECT array_agg(id) FROM users',
    'SELECT pg_catalog.json_agg(u) FROM users u',
    'SELECT sum(score) / avg(score) FROM games',
  ])('%s', (sql) => {
    expect(deterministic(sql)).toBe(false);
  });
});

describe('wherever it stands', () => {
  test.each([
    'SELECT * FROM (SELECT id FROM orders LIMIT 10) x',
    'SELECT (SELECT id FROM orders LIMIT 1)',
    'SELECT id FROM orders WHERE id IN (SELECT order_id FROM lines LIMIT 5)',
    'WITH top AS (SELECT id FROM orders LIMIT 5) SELECT * FROM top',
    'SELECT 1 UNION ALL (SELECT id FROM orders LIMIT 1)',
    'SELECT id FROM orders o JOIN LATERAL (SELECT DISTINCT ON (a) a FROM lines) l ON true',
    'SELECT id FROM orders GROUP BY id HAVING array_agg(status) = $1',
  ])('%s', (sql) => {
    expect(deterministic(sql)).toBe(false);
  });
});
