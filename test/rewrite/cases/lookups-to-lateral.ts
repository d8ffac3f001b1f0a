import { lookupsToLateral as rule } from '../../../src/rewrite/rules/lookups-to-lateral.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const lookupsToLateral: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      `SELECT c.id, (SELECT o.total FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC, o.id DESC LIMIT 1) AS last_total,
                   (SELECT o.status FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC, o.id DESC LIMIT 1) FROM customers c`,
      /SELECT c.id, found.total AS last_total, found.status FROM customers (AS )?c LEFT JOIN LATERAL \(SELECT o.total AS total, o.status AS status|SELECT c.id, found.total_2 AS last_total, found.status_2 AS status FROM/,
    ],
    [
      `SELECT *, (SELECT coalesce(agent_id, -1) FROM orders WHERE customer_id = c.id AND total > c.cap ORDER BY id LIMIT 1) AS a,
                   (SELECT agent_id * 2 FROM orders WHERE customer_id = c.id AND total > c.cap ORDER BY id LIMIT 1) AS b FROM customers c, regions r WHERE r.id = c.region_id ORDER BY c.id`,
      /SELECT c.\*, r.\*, .* LEFT JOIN LATERAL .* ON true, regions|SELECT c.\*, r.\*/i,
      { ordered: true },
    ],
  ],
  refuses: [
    [
      'ties',
      'SELECT (SELECT o.total FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at LIMIT 1), (SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at LIMIT 1) FROM customers c',
    ],
    [
      'two rows',
      'SELECT (SELECT o.total FROM orders o WHERE o.customer_id = c.id ORDER BY o.id LIMIT 1), (SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.id DESC LIMIT 1) FROM customers c',
    ],
    [
      'one subquery',
      'SELECT (SELECT o.total FROM orders o WHERE o.customer_id = c.id ORDER BY o.id LIMIT 1) FROM customers c',
    ],
    [
      'no limit',
      'SELECT (SELECT o.total FROM orders o WHERE o.id = c.id ORDER BY o.id), (SELECT o.id FROM orders o WHERE o.id = c.id ORDER BY o.id) FROM customers c',
    ],
    [
      'aggregates around',
      'SELECT max((SELECT o.total FROM orders o WHERE o.customer_id = c.id ORDER BY o.id LIMIT 1)), max((SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.id LIMIT 1)) FROM customers c',
    ],
  ],
  reveals: [
    [
      'an inner join loses the rows that find nothing',
      'SELECT r.id, (SELECT b.id FROM customers b WHERE b.region_id = r.id ORDER BY b.id LIMIT 1), (SELECT b.name FROM customers b WHERE b.region_id = r.id ORDER BY b.id LIMIT 1) FROM regions r',
      'SELECT r.id, l.id, l.name FROM regions r CROSS JOIN LATERAL (SELECT b.id, b.name FROM customers b WHERE b.region_id = r.id ORDER BY b.id LIMIT 1) l',
    ],
  ],
};
