import { extremeToFirstRow as rule } from '../../../src/rewrite/rules/extreme-to-first-row.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const extremeToFirstRow: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      "SELECT max(o.placed_at) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.city = 'city 3'",
      /^SELECT \(?\(SELECT o.placed_at FROM .* ORDER BY o.placed_at DESC LIMIT 1\)\)? AS max$/,
    ],
    [
      'SELECT min(c.cap) AS least FROM orders o, customers c WHERE c.id = o.customer_id AND o.total > $1',
      /c.cap IS NOT NULL ORDER BY c.cap LIMIT 1/,
      { params: [[50]] },
    ],
    [
      'SELECT c.id, (SELECT max(i.price) FILTER (WHERE i.qty > 1) FROM orders o JOIN items i ON i.order_id = o.id WHERE o.customer_id = c.id) FROM customers c',
      /ORDER BY i.price DESC LIMIT 1/,
    ],
  ],
  refuses: [
    ['one table', 'SELECT max(total) FROM orders'],
    ['groups', 'SELECT max(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.id'],
    [
      'another type than the column',
      'SELECT max(r.name) FROM regions r JOIN customers c ON c.region_id = r.id',
    ],
    [
      'equal values that look different',
      'SELECT max(o.weight) FROM orders o JOIN customers c ON c.id = o.customer_id',
    ],
    [
      'two results',
      'SELECT max(o.total), min(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id',
    ],
    ['an expression', 'SELECT max(o.total + 1) FROM orders o JOIN customers c ON c.id = o.customer_id'],
  ],
  reveals: [
    [
      'NULL sorts first',
      'SELECT max(c.cap) FROM orders o JOIN customers c ON c.id = o.customer_id',
      'SELECT (SELECT c.cap FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY c.cap DESC LIMIT 1) AS max',
    ],
    [
      'no row is not NULL',
      'SELECT max(c.id) FROM orders o JOIN customers c ON c.id = o.customer_id',
      'SELECT c.id AS max FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY c.id DESC LIMIT 1',
    ],
  ],
};
