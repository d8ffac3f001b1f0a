import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { countedUpdates, writeLoad, type StatementCounts } from './write-load.ts';

beforeAll(loadParser);

const TABLE = {
  schema: 'shop',
  name: 'orders',
  writes: { inserted: 5_000, updated: 1_000, hotUpdated: 0, deleted: 0, seconds: 100 },
};
const COUNTS: StatementCounts = {
  seconds: 200,
  statements: [
    { query: 'SELECT id FROM shop.orders WHERE customer_id = $1', calls: 300, rows: 3 },
    { query: 'select id from shop.orders where customer_id = $1 /* web */', calls: 100, rows: 1 },
    { query: 'SELECT id FROM shop.orders WHERE status = $1', calls: 9_999, rows: 0 },
    { query: 'UPDATE shop.orders SET seen = $1 WHERE id = $2', calls: 300, rows: 300 },
    { query: 'UPDATE orders SET status = $1, seen = $2 WHERE id = $3', calls: 1, rows: 100 },
    { query: '<insufficient privilege>', calls: 7, rows: 7 },
  ],
};
const SQL = 'SELECT id FROM shop.orders WHERE customer_id = 17';

test('rates come from the counts of the statement and of its table', () => {
  expect(writeLoad(COUNTS, SQL, TABLE, ['status'])).toEqual({
    callsPerSecond: 2,
    insertedPerSecond: 50,
    updatedPerSecond: 10,
    coveredShare: 0.25,
  });
});

test('what was not counted is not known', () => {
  expect(writeLoad(null, SQL, TABLE, [])).toMatchObject({ callsPerSecond: null, coveredShare: null });
  expect(writeLoad(COUNTS, 'SELECT 1', TABLE, []).callsPerSecond).toBeNull();
  expect(writeLoad({ ...COUNTS, seconds: null }, SQL, TABLE, []).callsPerSecond).toBeNull();
  expect(countedUpdates({ ...COUNTS, statements: COUNTS.statements.slice(0, 3) }, TABLE)).toBeNull();
});

test('the columns that most rows are set of come first', () => {
  expect(countedUpdates(COUNTS, TABLE)).toEqual(['seen', 'status']);
});
