import { orToUnionAll as rule } from '../../../src/rewrite/rules/or-to-union-all.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const orToUnionAll: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.city = $1',
      /WHERE o.agent_id = 3 UNION ALL SELECT .* WHERE \(?c.city = \$1\)? AND \(?o.agent_id = 3\)? IS NOT TRUE$/,
      { params: [['city 3']] },
    ],
    [
      'SELECT c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.total > 5 AND (o.agent_id = 3 OR c.city = $1 OR o.discount = 2) ORDER BY c.name',
      /o.agent_id = 3 OR o.discount = 2\)? UNION ALL .* ORDER BY name$/,
      { params: [['city 3']] },
    ],
    [
      'SELECT o.status FROM orders o WHERE o.discount = 4 OR EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id AND i.price = 7)',
      /UNION ALL .* IS NOT TRUE/,
    ],
    [
      'SELECT name FROM customers WHERE cap > 100 OR region_id IN (SELECT id FROM regions WHERE area IS NULL) OR id NOT IN (SELECT agent_id FROM blocked)',
      /UNION ALL .* UNION ALL .* IS NOT TRUE/,
    ],
    [
      'SELECT c.city, count(*) AS n, sum(o.total), max(c.name) FROM customers c LEFT JOIN orders o ON c.id = o.customer_id WHERE c.cap = 30 OR o.discount < 4 GROUP BY c.city HAVING count(o.id) > 0 ORDER BY c.city, n LIMIT 5',
      /FROM \(SELECT .* UNION ALL SELECT .*\) AS matching GROUP BY matching.c_city/,
    ],
    [
      'SELECT count(*) FROM orders o, customers c WHERE c.id = o.customer_id AND (o.agent_id = 1 OR c.region_id = 2)',
      /SELECT count\(\*\) FROM \(SELECT 1 .* UNION ALL SELECT 1 /,
    ],
    [
      'SELECT DISTINCT c.name AS n, o.agent_id FROM orders o, customers c WHERE c.id = o.customer_id AND (o.agent_id = 1 OR c.region_id = 2) ORDER BY n LIMIT 1000',
      /SELECT DISTINCT matching/,
    ],
    [
      'WITH big AS (SELECT * FROM orders WHERE total > 20) SELECT b.id, b.total FROM big b JOIN customers c ON c.id = b.customer_id WHERE b.agent_id = 2 OR c.cap = 40 ORDER BY b.id, 2',
      /^WITH big AS .* ORDER BY id, 2$/,
      { ordered: true },
    ],
    [
      'SELECT s.id FROM (SELECT o.id FROM orders o JOIN customers c ON c.id = o.agent_id WHERE o.discount = 1 OR c.region_id = 3) s WHERE s.id > 4',
      /UNION ALL/,
    ],
    ['SELECT o.id FROM orders o WHERE $1::int IS NULL OR o.agent_id = $1', /UNION ALL/, { params: [[3]] }],
    // Many rows have both of the later sides, and not the first.
    [
      'SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.cap < 150 OR EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id)',
      /UNION ALL .* UNION ALL /,
    ],
  ],
  refuses: [
    ['one table', 'SELECT id FROM orders WHERE agent_id = 1 OR discount = 2'],
    [
      'no OR',
      'SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 AND c.cap = 1',
    ],
    [
      'OR below NOT',
      'SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE NOT (o.agent_id = 3 OR c.cap = 1)',
    ],
    [
      'a window',
      'SELECT o.id, rank() OVER (ORDER BY o.total) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.cap = 1',
    ],
    [
      'the order of an array',
      'SELECT array_agg(o.id) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.cap = 1',
    ],
    [
      'a column that only the primary key gives',
      'SELECT c.id, c.name, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.cap = 1 GROUP BY c.id',
    ],
    [
      'a sum of floating-point numbers',
      'SELECT sum(o.ratio) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.cap = 1',
    ],
    [
      'which of equals DISTINCT ON keeps',
      'SELECT DISTINCT ON (c.city) c.city, o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.cap = 1',
    ],
    [
      'rows that repeat',
      'SELECT generate_series(1, 2), o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.cap = 1',
    ],
    [
      'a correlated subquery',
      'SELECT c.id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o, items i WHERE o.customer_id = c.id AND (o.agent_id = 1 OR i.qty = 3))',
    ],
    [
      'random rows',
      'SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.cap > random()',
    ],
  ],
  reveals: [
    [
      'NOT instead of IS NOT TRUE loses rows with NULL',
      'SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 OR c.id < 12',
      'SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.agent_id = 3 UNION ALL SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.id < 12 AND NOT (o.agent_id = 3)',
    ],
    [
      'UNION loses duplicates',
      'SELECT c.id, c.name, i.product_id, i.order_id, i.qty, i.price FROM items i JOIN customers c ON c.id = i.product_id WHERE (i.qty = 3 OR c.cap = 30) AND i.order_id < 60',
      'SELECT c.id, c.name, i.product_id, i.order_id, i.qty, i.price FROM items i JOIN customers c ON c.id = i.product_id WHERE i.qty = 3 AND i.order_id < 60 UNION SELECT c.id, c.name, i.product_id, i.order_id, i.qty, i.price FROM items i JOIN customers c ON c.id = i.product_id WHERE c.cap = 30 AND i.order_id < 60',
    ],
  ],
};
