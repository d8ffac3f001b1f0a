import { countToExists as rule } from '../../../src/rewrite/rules/count-to-exists.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const countToExists: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT name FROM customers c WHERE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) > 0',
      /WHERE EXISTS \(SELECT 1 FROM orders/,
    ],
    [
      'SELECT name FROM customers c WHERE 1 > (SELECT count(*) FROM orders o WHERE o.customer_id = c.id AND o.total > 50)',
      /WHERE NOT \(?EXISTS/,
    ],
    [
      'SELECT id, (SELECT count(price) FROM items WHERE order_id = o.id) <> 0 FROM orders o',
      /price IS NOT NULL.* AS "\?column\?"/,
    ],
    [
      'SELECT id FROM orders o WHERE (SELECT count(DISTINCT qty) FROM items i WHERE i.order_id = o.id) = 0',
      /NOT \(?EXISTS/,
    ],
    [
      'SELECT id FROM orders o WHERE (SELECT count(*) FILTER (WHERE price > 20 OR qty = 1) FROM items i WHERE i.order_id = o.id) >= 1 ORDER BY id',
      /price > 20 OR qty = 1/,
      { ordered: true },
    ],
    [
      'SELECT CASE WHEN (SELECT count(*) FROM blocked) = 0 THEN 1 ELSE 2 END, (SELECT count(*) FROM items) <= 0 AS none',
      /NOT \(?EXISTS .*NOT \(?EXISTS/,
    ],
  ],
  refuses: [
    [
      'another number',
      'SELECT id FROM orders o WHERE (SELECT count(*) FROM items i WHERE i.order_id = o.id) > 1',
    ],
    ['groups', 'SELECT (SELECT count(*) FROM items GROUP BY qty LIMIT 1) > 0'],
    ['HAVING', 'SELECT (SELECT count(*) FROM items HAVING count(*) > 1000) > 0'],
    ['a limit of none', 'SELECT (SELECT count(*) FROM items LIMIT 0) > 0'],
    ['a sum', 'SELECT (SELECT sum(qty) FROM items) > 0'],
    ['a whole row', 'SELECT (SELECT count(i) FROM items i) > 0'],
    ['a parameter', 'SELECT (SELECT count(*) FROM items) > $1'],
  ],
  reveals: [
    [
      'NULLs are not counted',
      'SELECT id FROM orders o WHERE (SELECT count(i.price) FROM items i WHERE i.order_id = o.id) > 0',
      'SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id)',
    ],
  ],
};
