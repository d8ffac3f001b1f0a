import { distinctJoinToExists as rule } from '../../../src/rewrite/rules/distinct-join-to-exists.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const distinctJoinToExists: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT DISTINCT c.id, c.name FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.total > 50 AND c.cap IS NOT NULL',
      /^SELECT c.id, c.name FROM customers (AS )?c WHERE c.cap IS NOT NULL AND \(?EXISTS \(SELECT 1 FROM orders (AS )?o WHERE o.customer_id = c.id AND o.total > 50\)\)?$/,
    ],
    [
      'SELECT DISTINCT c.city AS town FROM orders o, customers c, items i WHERE o.customer_id = c.id AND i.order_id = o.id AND i.price > c.cap % 7 ORDER BY town DESC LIMIT 3',
      /^SELECT DISTINCT c.city AS town .* FROM orders (AS )?o, items (AS )?i WHERE/,
    ],
    [
      'SELECT DISTINCT c.* FROM customers c INNER JOIN blocked b ON b.customer_id = c.id AND reason IS NOT NULL ORDER BY c.name, c.id',
      /b.reason IS NOT NULL/,
      { ordered: true },
    ],
    [
      'SELECT DISTINCT region_id FROM customers c JOIN orders o ON o.agent_id = region_id CROSS JOIN blocked',
      /o.agent_id = c.region_id/,
    ],
    [
      'SELECT r.id FROM regions r WHERE r.id IN (SELECT DISTINCT c.region_id FROM customers c JOIN blocked b ON b.customer_id = c.id AND b.agent_id > r.id)',
      /EXISTS/,
    ],
  ],
  refuses: [
    [
      'columns of two tables',
      'SELECT DISTINCT c.id, o.total FROM customers c JOIN orders o ON o.customer_id = c.id',
    ],
    ['an outer join', 'SELECT DISTINCT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id'],
    ['an expression', 'SELECT DISTINCT c.id + 1 FROM customers c JOIN orders o ON o.customer_id = c.id'],
    [
      'equal values that look different',
      'SELECT DISTINCT r.rate FROM regions r JOIN customers c ON c.region_id = r.id',
    ],
    ['DISTINCT ON', 'SELECT DISTINCT ON (c.id) c.id FROM customers c JOIN orders o ON o.customer_id = c.id'],
    [
      'a limit without order',
      'SELECT DISTINCT c.id FROM customers c JOIN orders o ON o.customer_id = c.id LIMIT 3',
    ],
    ['no DISTINCT', 'SELECT c.id FROM customers c JOIN orders o ON o.customer_id = c.id'],
    ['one table', 'SELECT DISTINCT c.id FROM customers c'],
    [
      'aggregates',
      'SELECT DISTINCT count(*) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id',
    ],
    ['merged columns', 'SELECT DISTINCT o.status FROM orders o JOIN base USING (id)'],
  ],
  reveals: [
    [
      'without a key the rows themselves may be equal',
      'SELECT DISTINCT i.product_id, i.order_id, i.qty, i.price FROM items i JOIN orders o ON o.id = i.order_id WHERE i.product_id < 5 AND i.order_id < 14',
      'SELECT i.product_id, i.order_id, i.qty, i.price FROM items i WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = i.order_id) AND i.product_id < 5 AND i.order_id < 14',
    ],
  ],
};
