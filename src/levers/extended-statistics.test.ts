import { beforeAll, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { finding, slowStatement } from '../../test/support/slow-statement.ts';
import type { RelationFacts } from '../facts.ts';
import { loadParser } from '../sql/parse.ts';
import { extendedStatistics } from './extended-statistics.ts';
import type { SlowStatement } from './lever.ts';

beforeAll(loadParser);

const WRONG = [finding('row-misestimate')];
function stepsFor(
  sql: string,
  facts: Partial<RelationFacts> = {},
  more: Partial<Omit<SlowStatement, 'plan'>> = { findings: WRONG },
) {
  const orders = relationFacts('orders', {
    columns: [columnFacts('id'), columnFacts('city'), columnFacts('zip')],
    ...facts,
  });
  return extendedStatistics
    .propose(slowStatement(sql, [orders], more), [])
    .map(({ change }) => change.steps.map(({ up }) => up));
}

const TWO = 'SELECT id FROM orders WHERE city = 1 AND zip = 2';

test('of the columns that are compared together, with what fills them', () => {
  expect(stepsFor(TWO)).toEqual([
    ['CREATE STATISTICS shop.orders_city_zip_stat ON city, zip FROM shop.orders', 'ANALYZE shop.orders'],
  ]);
});

test('of the columns that rows are grouped by', () => {
  expect(stepsFor('SELECT city, zip, count(*) FROM orders GROUP BY city, zip')).toEqual([
    ['CREATE STATISTICS shop.orders_city_zip_stat ON city, zip FROM shop.orders', 'ANALYZE shop.orders'],
  ]);
});

test('a lone column gets a finer histogram', () => {
  expect(stepsFor('SELECT id FROM orders WHERE city = 1')).toEqual([
    ['ALTER TABLE shop.orders ALTER COLUMN city SET STATISTICS 1000', 'ANALYZE shop.orders'],
  ]);
});

test('not where the estimates are right, there are some already, or the role may not', () => {
  expect(stepsFor(TWO, {}, {})).toEqual([]);
  expect(stepsFor(TWO, { mayIndex: false })).toEqual([]);
  expect(stepsFor(TWO, { kind: 'view' })).toEqual([]);
  const there = { statistics: [{ columns: ['zip', 'city', 'id'] }] } as unknown as Partial<RelationFacts>;
  expect(stepsFor(TWO, there)).toEqual([]);
});

test('a name that is taken is not taken again', () => {
  const takenNames = new Set(['shop.orders_city_zip_idx']);
  const [[create] = []] = stepsFor(TWO, {}, { findings: WRONG, takenNames });
  expect(create).toMatch(/^CREATE STATISTICS shop\.orders_city_zip_stat\d ON /);
});
