import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, indexFacts, relationFacts } from '../../test/support/facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { batched } from './batched.ts';

beforeAll(loadParser);

const lines = relationFacts('lines', {
  rows: 10_000,
  columns: [
    columnFacts('id'),
    columnFacts('order_id', { distinctValues: 2_000 }),
    columnFacts('kind', { distinctValues: 5 }),
    columnFacts('sku'),
  ],
  indexes: [indexFacts('lines_pkey', ['id'], { unique: true, primary: true })],
});

function batchOf(sql: string) {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error(`no statement: ${sql}`);
  const relations = [{ reference: { schema: null, name: 'lines' }, relation: lines }];
  return batched({ sql, tree: statement.tree, relations, settings: {} });
}

describe('a lookup for many keys', () => {
  test.for([
    [
      'a unique key',
      'SELECT id, sku FROM lines WHERE id = $1',
      'SELECT id, sku FROM lines WHERE id = ANY ($1)',
      false,
    ],
    [
      'a nearly unique one, which was not selected',
      'SELECT sku FROM lines WHERE order_id = $1',
      'SELECT order_id, sku FROM lines WHERE order_id = ANY ($1)',
      true,
    ],
    [
      'all columns',
      'SELECT * FROM lines l WHERE $1 = l.order_id AND kind > 2',
      'SELECT * FROM lines l WHERE l.order_id = ANY ($1) AND kind > 2',
      false,
    ],
    [
      'with comments',
      'SELECT l.id /* why */ FROM lines l WHERE l.order_id = $1 ORDER BY l.id',
      'SELECT l.order_id, l.id /* why */ FROM lines l WHERE l.order_id = ANY ($1) ORDER BY l.id',
      true,
    ],
  ] as const)('%s', ([, sql, batch, addsKey]) => {
    expect(batchOf(sql)).toMatchObject({ sql: batch, addsKey });
  });

  test.for([
    ['many rows for each key', 'SELECT sku FROM lines WHERE kind = $1'],
    ['two parameters', 'SELECT sku FROM lines WHERE id = $1 AND kind = $2'],
    ['the parameter twice', 'SELECT sku FROM lines WHERE id = $1 OR order_id = $1'],
    ['a LIMIT for each call', 'SELECT sku FROM lines WHERE order_id = $1 LIMIT 1'],
    ['a count for each call', 'SELECT count(*) FROM lines WHERE order_id = $1'],
    ['DISTINCT', 'SELECT DISTINCT sku FROM lines WHERE order_id = $1'],
    ['a range', 'SELECT sku FROM lines WHERE order_id > $1'],
    ['one of two conditions', 'SELECT sku FROM lines WHERE (order_id = $1 OR kind = 1)'],
    [
      'a key that an outer join may leave out',
      'SELECT a.id FROM lines a LEFT JOIN lines b ON b.id = a.order_id AND b.id = $1',
    ],
    ['a value that changes from call to call', 'SELECT sku, random() FROM lines WHERE id = $1'],
  ] as const)('not with %s', ([, sql]) => {
    expect(batchOf(sql)).toBeNull();
  });
});
