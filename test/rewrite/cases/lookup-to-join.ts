import { lookupToJoin as rule } from '../../../src/rewrite/rules/lookup-to-join.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const lookupToJoin: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT o.id, (SELECT c.name FROM customers c WHERE c.id = o.customer_id), (SELECT c.city FROM customers c WHERE c.id = o.customer_id) AS town FROM orders o ORDER BY o.id',
      /SELECT o.id, c.name, c.city AS town FROM orders AS o LEFT JOIN customers AS c ON c.id = o.customer_id/,
      { ordered: true },
    ],
    [
      'SELECT id, name, (SELECT name FROM regions WHERE id = region_id) AS region FROM customers ORDER BY name, id',
      /SELECT customers.id, customers.name, regions.name AS region/,
      { ordered: true },
    ],
    [
      'SELECT c.id, (SELECT x.name FROM customers x WHERE x.id = c.region_id AND x.city IS NOT NULL AND x.cap <> c.cap) FROM customers c',
      /LEFT JOIN customers AS x ON x.id = c.region_id AND x.city IS NOT NULL AND x.cap <> c.cap/,
    ],
    [
      'SELECT c.*, (SELECT c.name FROM regions c WHERE c.id = o.id) FROM orders o JOIN customers c ON c.id = o.customer_id',
      /c_2.name/,
    ],
    [
      'SELECT *, (SELECT id FROM customers k WHERE k.email = c.email) FROM customers c WHERE id > 3 AND EXISTS (SELECT 1 FROM orders WHERE customer_id = c.id)',
      /SELECT c.\*, k.id FROM customers AS c LEFT JOIN customers AS k ON k.email = c.email WHERE c.id > 3/,
    ],
    [
      'SELECT o.id FROM orders o WHERE (SELECT c.region_id FROM customers c WHERE c.id = o.agent_id) = 2',
      /WHERE c.region_id = 2/,
    ],
  ],
  refuses: [
    ['no unique key', 'SELECT id, (SELECT min(qty) FROM items i WHERE i.order_id = o.id) FROM orders o'],
    [
      'part of a key',
      'SELECT id, (SELECT x.id FROM orders x WHERE x.placed_at = o.placed_at) FROM orders o WHERE id < 0',
    ],
    [
      'an expression',
      'SELECT o.id, (SELECT coalesce(c.city, $1) FROM customers c WHERE c.id = o.agent_id) FROM orders o',
    ],
    [
      'a table that others inherit from',
      'SELECT o.id, (SELECT b.k FROM base b WHERE b.id = o.id) FROM orders o WHERE false',
    ],
    [
      'another limit',
      'SELECT o.id, (SELECT c.city FROM customers c WHERE c.id = o.agent_id LIMIT 0) FROM orders o',
    ],
    [
      'groups around',
      'SELECT agent_id, (SELECT c.city FROM customers c WHERE c.id = o.agent_id) FROM orders o GROUP BY agent_id',
    ],
    [
      'only a range',
      'SELECT o.id, (SELECT c.city FROM customers c WHERE c.id < o.agent_id AND c.id < 2) FROM orders o',
    ],
    [
      'a key of another type',
      'SELECT o.id, (SELECT c.city FROM customers c WHERE c.id = o.weight) FROM orders o',
    ],
    [
      'an index that is not unique',
      'SELECT c.id, (SELECT o.total FROM orders o WHERE o.agent_id = c.id) FROM customers c',
    ],
    [
      'a key that is checked at the end only',
      'SELECT c.id, (SELECT t.part FROM tokens t WHERE t.code = c.id) FROM customers c',
    ],
    [
      'a key of some rows only',
      'SELECT c.id, (SELECT t.part FROM tokens t WHERE t.number = c.id) FROM customers c',
    ],
    [
      'a column of the row around',
      'SELECT o.id, (SELECT o.customer_id FROM regions r WHERE r.id = o.agent_id) FROM orders o',
    ],
  ],
  reveals: [
    [
      'a value for a row that is missing',
      "SELECT o.id, (SELECT coalesce(r.name, 'none') FROM regions r WHERE r.id = o.id % 4 + 1) FROM orders o",
      "SELECT o.id, coalesce(r.name, 'none') FROM orders o LEFT JOIN regions r ON r.id = o.id % 4 + 1",
    ],
    [
      'an inner join loses rows',
      'SELECT c.id, (SELECT r.name FROM regions r WHERE r.id = c.region_id) FROM customers c WHERE c.region_id < 5',
      'SELECT c.id, r.name FROM customers c JOIN regions r ON r.id = c.region_id WHERE c.region_id < 5',
    ],
  ],
};
