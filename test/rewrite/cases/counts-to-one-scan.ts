import { countsToOneScan as rule } from '../../../src/rewrite/rules/counts-to-one-scan.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const countsToOneScan: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      "SELECT (SELECT count(*) FROM orders WHERE status = 'new') AS fresh, (SELECT count(*) FROM orders o WHERE o.status = 'paid' AND total > $1), (SELECT sum(total) FROM orders) + 1",
      /^SELECT totals.count AS fresh, totals.count_2 AS count, totals.sum \+ 1 FROM \(SELECT count\(\*\) FILTER \(WHERE orders.status = 'new'\) AS count/,
      { params: [[30]] },
    ],
    [
      'SELECT *, (SELECT max(price) FROM items WHERE qty > 1 AND product_id = 3) AS a, (SELECT count(DISTINCT price) FILTER (WHERE price > 4) FROM items WHERE product_id = 3 AND qty < 3) AS b FROM regions r ORDER BY r.id',
      /SELECT r.\*, totals.max AS a, .* FILTER \(WHERE price > 4 AND items.qty < 3\)|SELECT r.\*, totals.max AS a, .* FILTER \(WHERE items.price > 4 AND items.qty < 3\).* FROM items WHERE product_id = 3/,
      { ordered: true },
    ],
    [
      'SELECT (SELECT avg(o.total) FROM orders o), (SELECT bool_and(x.total > 3) FROM orders x WHERE x.agent_id = 2) WHERE 1 = 1',
      /totals.avg, totals.bool_and/,
    ],
  ],
  refuses: [
    ['one subquery', 'SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM items)'],
    [
      'tied to the row',
      'SELECT (SELECT count(*) FROM items WHERE order_id = o.id), (SELECT sum(qty) FROM items WHERE order_id = o.id) FROM orders o',
    ],
    ['groups', 'SELECT (SELECT count(*) FROM orders GROUP BY status LIMIT 1), (SELECT count(*) FROM orders)'],
    [
      'no aggregate',
      'SELECT (SELECT total FROM orders ORDER BY id LIMIT 1), (SELECT total FROM orders ORDER BY id DESC LIMIT 1)',
    ],
    [
      'a sum of floating-point numbers',
      'SELECT (SELECT sum(ratio) FROM orders), (SELECT sum(ratio) FROM orders WHERE total > 1)',
    ],
    [
      'aggregates around',
      'SELECT count(*), (SELECT count(*) FROM orders), (SELECT sum(total) FROM orders) FROM regions',
    ],
    [
      'a condition, which may never be reached',
      'SELECT id FROM regions WHERE (SELECT count(*) FROM orders) > 1 AND (SELECT max(total) FROM orders) > 2',
    ],
  ],
  reveals: [
    [
      'WHERE for all takes the row away that a count of nothing has',
      'SELECT (SELECT count(*) FROM blocked WHERE agent_id < 4) AS a, (SELECT count(*) FROM blocked WHERE agent_id > 2) AS b',
      'SELECT count(*) FILTER (WHERE agent_id < 4) AS a, count(*) FILTER (WHERE agent_id > 2) AS b FROM blocked GROUP BY agent_id IS NULL',
    ],
  ],
};
