import { extremeToFirstRow } from '../../src/rewrite/rules/extreme-to-first-row.ts';
import { describeRewrite } from '../support/rewrites.ts';

describeRewrite(extremeToFirstRow, {
  applies: [
    {
      sql: "SELECT max(o.placed_at) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.city = 'city 3'",
      as: /^SELECT \(?\(SELECT o.placed_at FROM .* ORDER BY o.placed_at DESC LIMIT 1\)\)? AS max$/,
    },
    {
      sql: 'SELECT min(c.cap) AS least FROM orders o, customers c WHERE c.id = o.customer_id AND o.total > $1',
      as: /c.cap IS NOT NULL ORDER BY c.cap LIMIT 1/,
      params: [50],
    },
    {
      sql: 'SELECT c.id, (SELECT max(i.price) FILTER (WHERE i.qty > 1) FROM orders o JOIN items i ON i.order_id = o.id WHERE o.customer_id = c.id) FROM customers c',
      as: /ORDER BY i.price DESC LIMIT 1/,
    },
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
    {
      why: 'NULL sorts first',
      sql: 'SELECT max(c.cap) FROM orders o JOIN customers c ON c.id = o.customer_id',
      naive:
        'SELECT (SELECT c.cap FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY c.cap DESC LIMIT 1)',
    },
    {
      why: 'no row is not NULL',
      sql: 'SELECT max(c.id) FROM orders o JOIN customers c ON c.id = o.customer_id',
      naive: 'SELECT c.id FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY c.id DESC LIMIT 1',
    },
  ],
});
