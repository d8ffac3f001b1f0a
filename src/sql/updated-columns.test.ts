import { beforeAll, expect, test } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';
import { loadParser } from './parse.ts';
import { updatedColumns } from './updated-columns.ts';

beforeAll(loadParser);

const ORDERS = { schema: 'shop', name: 'orders' };

test.each([
  ['UPDATE shop.orders SET status = $1, (a, b) = (SELECT 1, 2) WHERE id = $2', ['status', 'a', 'b']],
  ['UPDATE orders SET status = $1', ['status']],
  ['UPDATE old.orders SET status = $1', []],
  ['UPDATE shop.lines SET status = (SELECT status FROM shop.orders LIMIT $1)', []],
  ['WITH x AS (UPDATE shop.orders o SET seen = now() RETURNING id) SELECT * FROM x', ['seen']],
  [
    'INSERT INTO shop.orders (id, status) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET status = excluded.status',
    ['status'],
  ],
  ['INSERT INTO shop.orders (id, status) VALUES ($1, $2)', []],
  [
    'MERGE INTO shop.orders o USING s ON s.id = o.id WHEN MATCHED THEN UPDATE SET total = s.total WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)',
    ['total'],
  ],
  ['UPDATE shop.orders SET', []],
])('%s', (sql, columns) => {
  expect(updatedColumns(sql, ORDERS)).toEqual(columns);
});

test('statements that differ in constants alone have one fingerprint', () => {
  const one = fingerprintOf('SELECT * FROM t WHERE a = 1 AND b IN (1, 2, 3) -- x');
  expect(one).not.toBeNull();
  expect(fingerprintOf('select *  from t where a = $1 and b in ($2)')).toBe(one);
  expect(fingerprintOf('SELECT * FROM t WHERE a = 1 AND c IN (1, 2, 3)')).not.toBe(one);
  expect(fingerprintOf('SELECT FROM WHERE')).toBeNull();
});
