import { correlatedAggregateToJoin as rule } from '../../../src/rewrite/rules/correlated-aggregate-to-join.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const correlatedAggregateToJoin: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS orders, (SELECT sum(o.total) FROM orders o WHERE o.customer_id = c.id) FROM customers c ORDER BY c.id',
      /LEFT JOIN \(SELECT o.customer_id AS customer_id_key, count\(\*\) AS count, sum\(o.total\) AS sum FROM orders AS o GROUP BY o.customer_id\)/,
      { ordered: true },
    ],
    [
      'SELECT *, (SELECT max(qty) FROM items WHERE order_id = id) FROM orders',
      /SELECT orders.\*, grouped.max FROM orders LEFT JOIN/,
    ],
    [
      'SELECT id, coalesce((SELECT sum(price) FROM items i WHERE i.order_id = o.agent_id AND i.qty > 1), -1) + 1 FROM orders o',
      /i.qty > 1 GROUP BY i.order_id/,
    ],
    [
      'SELECT o.id, o.total FROM orders o WHERE o.total > (SELECT avg(x.total) FROM orders x WHERE x.agent_id = o.agent_id)',
      /WHERE o.total > grouped.avg/,
    ],
    [
      'SELECT id FROM orders WHERE total = (SELECT max(total) FROM orders x WHERE x.agent_id = orders.agent_id AND x.discount = orders.discount)',
      /grouped.agent_id_key = orders.agent_id AND grouped.discount_key = orders.discount/,
    ],
    [
      'SELECT c.id, (SELECT count(i.price) * 2 + 1 FROM orders o JOIN items i ON i.order_id = o.id WHERE c.id = o.customer_id) FROM customers c, regions r WHERE r.id = c.region_id',
      /COALESCE\(grouped.count, 0\)+ \* 2\)* \+ 1/i,
    ],
    [
      'SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id AND o.agent_id = r.id) AS n FROM customers c, regions r',
      /FROM customers AS c CROSS JOIN regions AS r LEFT JOIN/,
    ],
    [
      'SELECT s.id, s.n FROM (SELECT c.id, (SELECT count(*) FROM blocked b WHERE b.customer_id = c.id) AS n FROM customers c) s WHERE s.n < 2',
      /LEFT JOIN/,
    ],
    [
      'SELECT c.id FROM customers c ORDER BY (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) DESC, c.id LIMIT 7',
      /ORDER BY \(?COALESCE/i,
      { ordered: true },
    ],
    [
      'SELECT id, (SELECT bool_or(price > 20) FROM items WHERE order_id = o.id) AS dear, (SELECT min(product_id) FROM items WHERE order_id = o.id) FROM orders o LEFT JOIN blocked b ON b.agent_id = o.agent_id',
      /LEFT JOIN \(SELECT/,
    ],
  ],
  refuses: [
    [
      'tied by an inequality',
      'SELECT id, (SELECT count(*) FROM orders x WHERE x.agent_id < o.agent_id) FROM orders o',
    ],
    [
      'tied by types of two families',
      'SELECT id, (SELECT count(*) FROM orders x WHERE x.weight = o.agent_id) FROM orders o',
    ],
    [
      'a sum of floating-point numbers',
      'SELECT id, (SELECT sum(ratio) FROM orders x WHERE x.agent_id = o.agent_id) FROM orders o',
    ],
    [
      'the order of an array',
      'SELECT id, (SELECT array_agg(x.id) FROM orders x WHERE x.agent_id = o.agent_id) FROM orders o',
    ],
    [
      'the outer column inside of the aggregate',
      'SELECT id, (SELECT sum(x.total - o.total) FROM orders x WHERE x.agent_id = o.agent_id) FROM orders o',
    ],
    ['not tied', 'SELECT id, (SELECT count(*) FROM items) FROM orders o'],
    [
      'groups around',
      'SELECT agent_id, (SELECT count(*) FROM items i WHERE i.order_id = o.agent_id) FROM orders o GROUP BY agent_id',
    ],
    [
      'a limit inside',
      'SELECT id, (SELECT count(*) FROM items i WHERE i.order_id = o.id LIMIT 0) FROM orders o',
    ],
    [
      'in a join condition',
      'SELECT o.id FROM orders o JOIN customers c ON c.id = (SELECT max(i.qty) FROM items i WHERE i.order_id = o.id)',
    ],
    [
      'a division by what may be zero in another group',
      'SELECT id, (SELECT count(*) FROM items i WHERE i.order_id = o.id AND 10 / i.price > 1) FROM orders o',
    ],
    [
      'a volatile function',
      'SELECT id, (SELECT max(qty) FROM items i WHERE i.order_id = o.id) FROM orders o WHERE random() >= 0',
    ],
    [
      'merged columns under a star',
      'SELECT *, (SELECT max(b.agent_id) FROM blocked b WHERE b.customer_id = o.customer_id) FROM orders o JOIN items USING (id) '.replace(
        'USING (id)',
        'ON true JOIN base USING (id)',
      ),
    ],
    [
      'the outer column in a FILTER',
      'SELECT c.id, (SELECT count(*) FILTER (WHERE o.total > c.cap) FROM orders o WHERE o.customer_id = c.id) FROM customers c',
    ],
    [
      'a collation that takes several groups for equal',
      'SELECT t.id, (SELECT count(*) FROM orders o WHERE o.status = t.word) FROM tokens t',
    ],
    [
      'the outer column beside the aggregate',
      'SELECT c.id, (SELECT count(*) + c.cap FROM orders o WHERE o.customer_id = c.id) FROM customers c',
    ],
  ],
  reveals: [
    [
      'a count of no rows',
      'SELECT a.id, (SELECT count(*) FROM orders o WHERE o.agent_id = a.id % 6) IS NULL FROM base a',
      'SELECT a.id, g.n IS NULL FROM base a LEFT JOIN (SELECT agent_id, count(*) AS n FROM orders GROUP BY agent_id) g ON g.agent_id = a.id % 6',
    ],
    [
      'a row that nothing belongs to',
      'SELECT r.id, (SELECT sum(c.cap) FROM customers c WHERE c.region_id = r.id) FROM regions r',
      'SELECT r.id, g.sum FROM regions r JOIN (SELECT region_id, sum(cap) FROM customers GROUP BY region_id) g ON g.region_id = r.id',
    ],
    [
      'a collation that takes several groups for equal',
      'SELECT t.id, (SELECT count(*) FROM orders o WHERE o.status = t.word) FROM tokens t',
      'SELECT t.id, coalesce(g.count, 0) AS count FROM tokens t LEFT JOIN (SELECT status, count(*) FROM orders GROUP BY status) g ON g.status = t.word',
    ],
  ],
};
