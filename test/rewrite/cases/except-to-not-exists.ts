import { exceptToNotExists as rule } from '../../../src/rewrite/rules/except-to-not-exists.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const exceptToNotExists: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT id FROM customers WHERE cap > 20 EXCEPT SELECT customer_id FROM orders WHERE total > 60',
      /^SELECT id FROM customers WHERE cap > 20 AND \(?NOT \(?EXISTS \(SELECT 1 FROM orders WHERE \(?total > 60 AND orders.customer_id = customers.id/,
    ],
    [
      'SELECT o.customer_id AS who, o.agent_id FROM orders o INTERSECT SELECT b.customer_id, i.qty FROM blocked b, items i',
      /^SELECT DISTINCT o.customer_id AS who, o.agent_id FROM orders (AS )?o WHERE \(?EXISTS/,
    ],
    ['SELECT order_id FROM items EXCEPT SELECT id FROM orders WHERE total > 10', /SELECT DISTINCT order_id/],
    ['SELECT id FROM customers EXCEPT SELECT agent_id FROM blocked', /^SELECT id FROM customers/],
    [
      'SELECT s.n FROM (SELECT c.id AS n FROM customers c INTERSECT SELECT DISTINCT o.customer_id FROM orders o) s ORDER BY s.n',
      /EXISTS/,
      { ordered: true },
    ],
  ],
  refuses: [
    ['NULL on both sides', 'SELECT agent_id FROM orders EXCEPT SELECT agent_id FROM blocked'],
    ['EXCEPT ALL', 'SELECT id FROM customers EXCEPT ALL SELECT customer_id FROM orders'],
    ['UNION', 'SELECT id FROM customers UNION SELECT customer_id FROM orders'],
    ['other types', 'SELECT name FROM customers EXCEPT SELECT name FROM regions'],
    ['an expression', 'SELECT id + 1 FROM customers EXCEPT SELECT customer_id FROM orders'],
    [
      'equal values that look different',
      'SELECT weight FROM orders EXCEPT SELECT rate FROM regions WHERE rate IS NOT NULL',
    ],
    ['the same alias on both sides', 'SELECT id FROM orders EXCEPT SELECT customer_id FROM orders'],
    [
      'tied to the query around',
      'SELECT c.id FROM regions r, LATERAL (SELECT id FROM customers c WHERE cap > 1 EXCEPT SELECT customer_id FROM orders WHERE total > rate) c',
    ],
    ['a star', 'SELECT * FROM regions EXCEPT SELECT * FROM regions r'],
  ],
  reveals: [
    [
      'EXCEPT removes duplicates',
      'SELECT customer_id FROM blocked EXCEPT SELECT id FROM regions',
      'SELECT customer_id FROM blocked b WHERE NOT EXISTS (SELECT 1 FROM regions r WHERE r.id = b.customer_id)',
    ],
    [
      'NULLs are equal to EXCEPT',
      'SELECT city FROM customers WHERE id < 9 EXCEPT SELECT city FROM customers c WHERE id > 8',
      'SELECT DISTINCT city FROM customers o WHERE id < 9 AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.id > 8 AND c.city = o.city)',
    ],
  ],
};
