import { offsetToDeferredJoin as rule } from '../../../src/rewrite/rules/offset-to-deferred-join.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const offsetToDeferredJoin: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT * FROM orders ORDER BY placed_at DESC, id DESC LIMIT 10 OFFSET 40',
      /WHERE \(orders.placed_at, orders.id\) <= \(+SELECT .* LIMIT 1 OFFSET 40\)+ ORDER BY placed_at DESC, id DESC LIMIT 10$/,
      { ordered: true },
    ],
    [
      'SELECT *, total + 1 FROM orders o WHERE total > $1 ORDER BY placed_at DESC, id LIMIT $2 OFFSET $3',
      /JOIN orders AS o ON o.id = page.id_key ORDER BY placed_at DESC, id$/,
      { params: [[5, 7, 20]], ordered: true },
    ],
    [
      'SELECT id AS number, status FROM orders ORDER BY number LIMIT 5 OFFSET 1',
      /orders.id >= \(+SELECT/,
      { ordered: true },
    ],
    [
      'SELECT id FROM orders ORDER BY day NULLS FIRST, id LIMIT 50 OFFSET 70',
      /AS page JOIN orders/,
      { ordered: true },
    ],
    ['SELECT email FROM customers ORDER BY id LIMIT 50 OFFSET 1000', /OFFSET 1000/, { ordered: true }],
    ['SELECT s.id FROM (SELECT id FROM orders ORDER BY id LIMIT 3 OFFSET 3) s', /OFFSET 3/],
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
    ['an arm of a UNION', '(SELECT id FROM orders ORDER BY id LIMIT 3 OFFSET 3) UNION ALL SELECT 1'],
    [
      'a page within a condition',
      'SELECT id FROM customers WHERE id IN (SELECT o.id FROM orders o ORDER BY o.id LIMIT 3 OFFSET 3)',
    ],
  ],
  reveals: [
    [
      'one comparison of rows loses NULLs',
      'SELECT id, agent_id FROM orders ORDER BY agent_id, id LIMIT 200 OFFSET 3',
      'SELECT id, agent_id FROM orders WHERE (agent_id, id) >= (SELECT agent_id, id FROM orders ORDER BY agent_id, id OFFSET 3 LIMIT 1) ORDER BY agent_id, id LIMIT 200',
    ],
  ],
};
