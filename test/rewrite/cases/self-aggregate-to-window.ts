import { selfAggregateToWindow as rule } from '../../../src/rewrite/rules/self-aggregate-to-window.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const selfAggregateToWindow: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT o.id, o.total FROM orders o WHERE o.total > (SELECT avg(x.total) FROM orders x WHERE x.customer_id = o.customer_id) ORDER BY o.id',
      /FROM \(SELECT o.id, o.customer_id, o.total, avg\(o.total\) OVER \(PARTITION BY o.customer_id\) AS avg FROM orders (AS )?o\) (AS )?o WHERE o.total > o.avg/,
      { ordered: true },
    ],
    [
      'SELECT *, (SELECT sum(total) FROM orders x WHERE x.customer_id = orders.customer_id AND x.placed_at <= orders.placed_at) AS running FROM orders WHERE agent_id IS NULL OR total > 4',
      /sum\(orders.total\) OVER \(PARTITION BY orders.customer_id ORDER BY orders.placed_at\)/,
    ],
    [
      'SELECT o.id, (SELECT count(*) FROM orders x WHERE o.placed_at < x.placed_at AND x.status = o.status AND x.agent_id > 1) + 1, (SELECT max(x.day) FROM orders x WHERE x.status = o.status) FROM orders o',
      /FILTER \(WHERE o.agent_id > 1\) OVER \(PARTITION BY o.status ORDER BY o.placed_at DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP\)/,
    ],
  ],
  refuses: [
    [
      'a key that may be NULL',
      'SELECT o.id FROM orders o WHERE o.total > (SELECT avg(x.total) FROM orders x WHERE x.agent_id = o.agent_id)',
    ],
    [
      'an order that may be NULL',
      'SELECT (SELECT sum(x.total) FROM orders x WHERE x.status = o.status AND x.day <= o.day) FROM orders o',
    ],
    ['another table', 'SELECT (SELECT sum(x.qty) FROM items x WHERE x.product_id = o.id) FROM orders o'],
    ['another column', 'SELECT (SELECT sum(x.total) FROM orders x WHERE x.id = o.customer_id) FROM orders o'],
    [
      'different values',
      'SELECT (SELECT count(DISTINCT x.total) FROM orders x WHERE x.status = o.status) FROM orders o',
    ],
    [
      'a sum of floating-point numbers',
      'SELECT (SELECT sum(x.ratio) FROM orders x WHERE x.status = o.status) FROM orders o',
    ],
    [
      'a join around',
      'SELECT (SELECT sum(x.total) FROM orders x WHERE x.status = o.status) FROM orders o JOIN items i ON i.order_id = o.id',
    ],
    [
      'the row itself',
      'SELECT o, (SELECT sum(x.total) FROM orders x WHERE x.status = o.status) FROM orders o',
    ],
    [
      'a division that the conditions around keep away',
      'SELECT o.id FROM orders o WHERE o.id < 9 AND o.total >= (SELECT avg(x.total) FROM orders x WHERE x.customer_id = o.customer_id AND 10 / x.discount > 1)',
    ],
  ],
  reveals: [
    [
      'a window takes NULL for a key',
      'SELECT o.id FROM orders o WHERE o.total >= (SELECT avg(x.total) FROM orders x WHERE x.agent_id = o.agent_id)',
      'SELECT s.id FROM (SELECT o.id, o.total, avg(o.total) OVER (PARTITION BY o.agent_id) AS avg FROM orders o) s WHERE s.total >= s.avg',
    ],
    [
      'rows that sort alike',
      'SELECT o.id, (SELECT sum(x.total) FROM orders x WHERE x.status = o.status AND x.placed_at <= o.placed_at) FROM orders o',
      'SELECT o.id, sum(o.total) OVER (PARTITION BY o.status ORDER BY o.placed_at ROWS UNBOUNDED PRECEDING) FROM orders o',
    ],
  ],
};
