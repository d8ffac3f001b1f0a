import { beforeAll, expect, test } from 'vitest';
import { offsetToDeferredJoin } from '../../src/rewrite/rules/offset-to-deferred-join.ts';
import { offsetToKeyset } from '../../src/rewrite/rules/offset-to-keyset.ts';
import { renderStatement } from '../../src/rewrite/render.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { describeRewrite, withRewriteDatabase } from '../support/rewrites.ts';

beforeAll(loadParser);

describeRewrite(offsetToDeferredJoin, {
  applies: [
    {
      sql: 'SELECT * FROM orders ORDER BY placed_at DESC, id DESC LIMIT 10 OFFSET 40',
      as: /WHERE \(orders.placed_at, orders.id\) <= \(+SELECT .* LIMIT 1 OFFSET 40\)+ ORDER BY placed_at DESC, id DESC LIMIT 10$/,
      ordered: true,
    },
    {
      sql: 'SELECT *, total + 1 FROM orders o WHERE total > $1 ORDER BY placed_at DESC, id LIMIT $2 OFFSET $3',
      as: /JOIN orders AS o ON o.id = page.id_key ORDER BY placed_at DESC, id$/,
      params: [5, 7, 20],
      ordered: true,
    },
    {
      sql: 'SELECT id AS number, status FROM orders ORDER BY number LIMIT 5 OFFSET 1',
      as: /orders.id >= \(+SELECT/,
      ordered: true,
    },
    {
      sql: 'SELECT id FROM orders ORDER BY day NULLS FIRST, id LIMIT 50 OFFSET 70',
      as: /AS page JOIN orders/,
      ordered: true,
    },
    { sql: 'SELECT email FROM customers ORDER BY id LIMIT 50 OFFSET 1000', as: /OFFSET 1000/, ordered: true },
  ],
  refuses: [
    ['ties', 'SELECT id FROM orders ORDER BY placed_at LIMIT 10 OFFSET 40'],
    ['a key that may be NULL', 'SELECT id FROM customers ORDER BY email LIMIT 10 OFFSET 4'],
    ['no offset', 'SELECT id FROM orders ORDER BY id LIMIT 10'],
    ['an expression', 'SELECT id FROM orders ORDER BY id + 0 LIMIT 10 OFFSET 3'],
    ['with ties', 'SELECT id FROM orders ORDER BY id OFFSET 3 FETCH FIRST 3 ROWS WITH TIES'],
    ['a join', 'SELECT o.id FROM orders o JOIN items i ON i.order_id = o.id ORDER BY o.id LIMIT 3 OFFSET 3'],
    ['names that hide the key', 'SELECT id FROM orders AS o (customer_id, id) ORDER BY id LIMIT 3 OFFSET 3'],
    ['a table that others inherit from', 'SELECT id FROM base ORDER BY id LIMIT 3 OFFSET 3'],
  ],
  reveals: [
    {
      why: 'one comparison of rows loses NULLs',
      sql: 'SELECT id, agent_id FROM orders ORDER BY agent_id, id LIMIT 200 OFFSET 3',
      naive:
        'SELECT id, agent_id FROM orders WHERE (agent_id, id) >= (SELECT agent_id, id FROM orders ORDER BY agent_id, id OFFSET 3 LIMIT 1) ORDER BY agent_id, id LIMIT 200',
    },
  ],
});

describeRewrite(offsetToKeyset, {
  applies: [
    {
      sql: 'SELECT id, total FROM orders WHERE total > $1 ORDER BY placed_at DESC, id DESC LIMIT $2 OFFSET $3',
      as: /\(orders.placed_at, orders.id\) < \(.*\$3.*timestamptz.*, .*\$4.*\) ORDER BY placed_at DESC, id DESC LIMIT \$2$/,
      params: [5, 7, 20],
      ordered: true,
    },
  ],
  refuses: [
    ['two directions', 'SELECT id FROM orders ORDER BY placed_at DESC, id LIMIT 10 OFFSET 40'],
    ['NULLs', 'SELECT id FROM orders ORDER BY day, id LIMIT 10 OFFSET 40'],
    ['ties', 'SELECT id FROM orders ORDER BY placed_at LIMIT 10 OFFSET 40'],
  ],
  reveals: [],
});

test('a keyset gives the page that the offset gave, for the key of the row before', async () => {
  await withRewriteDatabase(async (database, subjectOf) => {
    const sql =
      'SELECT id, total FROM orders WHERE total > $1 ORDER BY placed_at DESC, id DESC LIMIT 7 OFFSET $2';
    const [keyset] = offsetToKeyset.apply(await subjectOf(sql));
    const text = renderStatement({ sql }, keyset!.tree)!;
    expect(keyset!.reason).toContain('$2 is placed_at, $3 is id of that row');
    const all = await database.query<{ id: number; at: string }>(
      'SELECT id, placed_at::text AS at FROM orders WHERE total > 5 ORDER BY placed_at DESC, id DESC',
    );
    for (const offset of [1, 5, 30, 100, all.length]) {
      const before = all[offset - 1]!;
      const page = await database.query(text, [5, before.at, before.id]);
      expect(page).toEqual(await database.query(sql, [5, offset]));
    }
  });
});
