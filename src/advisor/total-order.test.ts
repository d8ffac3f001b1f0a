import { beforeAll, describe, expect, test } from 'vitest';
import type { IndexFacts, ResolvedRelation } from '../facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { ordersTotally } from './total-order.ts';
import { columnFacts, indexFacts, relationFacts } from '../../test/support/facts.ts';

beforeAll(loadParser);

function unique(columns: readonly string[], more: Partial<IndexFacts> = {}): IndexFacts {
  return indexFacts(columns.join('_'), columns, { unique: true, ...more });
}

const ITEMS: ResolvedRelation = {
  reference: { schema: null, name: 'items' },
  relation: relationFacts('items', {
    columns: ['order_id', 'line', 'sku', 'code', 'at'].map((name) =>
      columnFacts(name, { notNull: name !== 'code' }),
    ),
    indexes: [
      unique(['order_id', 'line'], { primary: true }),
      unique(['code']),
      unique(['sku'], { predicate: '(at > 0)' }),
      unique(['at'], { valid: false }),
    ],
  }),
};

const ORDERED = 'SELECT * FROM items ORDER BY order_id, line';

function isTotal(sql: string, relations: readonly ResolvedRelation[]): boolean {
  const [statement] = parseStatements(sql);
  return statement !== undefined && ordersTotally(statement.tree, relations);
}

describe('ordersTotally', () => {
  test.each([
    ['SELECT * FROM items ORDER BY order_id, line', true],
    [
      'SELECT sku FROM items i WHERE sku = 1 ORDER BY at DESC, i.line, order_id DESC NULLS LAST LIMIT 3',
      true,
    ],
    ['SELECT order_id AS o, lower(sku), line FROM items ORDER BY 1, 3', true],
    ['SELECT *, row_number() OVER (ORDER BY at) FROM items ORDER BY order_id, line', true],
    ['SELECT * FROM items', false],
    ['SELECT * FROM items ORDER BY order_id', false],
    ['SELECT * FROM items ORDER BY code', false],
    ['SELECT * FROM items ORDER BY sku, at', false],
    ['SELECT -line AS line, order_id FROM items ORDER BY order_id, line', false],
    ['SELECT DISTINCT order_id, line FROM items ORDER BY order_id, line', false],
    ['SELECT order_id, line FROM items GROUP BY 1, 2 ORDER BY 1, 2', false],
    ['SELECT *, unnest(ARRAY[1, 2]) FROM items ORDER BY order_id, line', false],
    ['SELECT *, app.rows(sku) FROM items ORDER BY order_id, line', false],
    ['SELECT * FROM items, generate_series(1, 2) ORDER BY order_id, line', false],
    ['SELECT a.* FROM items a JOIN items b ON true ORDER BY a.order_id, a.line', false],
    [
      'SELECT order_id, line FROM items UNION ALL SELECT order_id, line FROM items ORDER BY order_id, line',
      false,
    ],
    ['SELECT * FROM (SELECT * FROM items UNION ALL SELECT * FROM items) i ORDER BY order_id, line', false],
    ['SELECT * FROM (SELECT * FROM items) i ORDER BY order_id, line', false],
    ['WITH items AS (SELECT 1 AS order_id, 2 AS line) SELECT * FROM items ORDER BY order_id, line', false],
    ['TABLE other', false],
    ['VALUES (1) ORDER BY 1', false],
  ])('%s: %s', (sql, expected) => {
    expect(isTotal(sql, [ITEMS])).toBe(expected);
  });

  test('not by a key that tables that inherit from it do not have', () => {
    expect(isTotal(ORDERED, [{ ...ITEMS, relation: { ...ITEMS.relation, inherited: true } }])).toBe(false);
  });

  test('not by a key that may be broken until the transaction ends', () => {
    const deferrable = { ...ITEMS.relation, indexes: [unique(['order_id', 'line'], { immediate: false })] };
    expect(isTotal(ORDERED, [{ ...ITEMS, relation: deferrable }])).toBe(false);
  });
});
