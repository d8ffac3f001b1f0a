import { distinctToLooseScan as rule } from '../../../src/rewrite/rules/distinct-to-loose-scan.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const distinctToLooseScan: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT DISTINCT status FROM orders',
      /^WITH RECURSIVE steps AS .* SELECT steps.value AS status FROM steps WHERE steps.value IS NOT NULL$/,
    ],
    [
      'SELECT DISTINCT agent_id AS agent FROM orders o ORDER BY agent DESC LIMIT 3',
      /UNION ALL \(SELECT agent_id AS agent FROM orders AS o WHERE o.agent_id IS NULL LIMIT 1\) ORDER BY agent DESC LIMIT 3/,
      { ordered: true },
    ],
    ['SELECT agent_id FROM orders WHERE total > $1 GROUP BY agent_id', /total > \$1/, { params: [[60]] }],
    [
      'SELECT count(DISTINCT agent_id) FROM orders WHERE discount IS NULL OR discount > 2',
      /SELECT count\(\*\) AS count FROM steps/,
    ],
    [
      'SELECT agent_id, max(placed_at) AS last, min(id) FROM orders GROUP BY agent_id ORDER BY 1',
      /\(SELECT max\(placed_at\) FROM orders WHERE orders.agent_id = steps.value\) AS last/,
      { ordered: true },
    ],
    ['SELECT DISTINCT product_id FROM items', /WITH RECURSIVE/],
    [
      'SELECT s.k FROM (SELECT DISTINCT day AS k FROM orders) s ORDER BY s.k',
      /WITH RECURSIVE/,
      { ordered: true },
    ],
  ],
  refuses: [
    ['too many values', 'SELECT DISTINCT id FROM orders'],
    ['equal values that look different', 'SELECT DISTINCT weight FROM orders'],
    ['two columns', 'SELECT DISTINCT agent_id, status FROM orders'],
    ['a join', 'SELECT DISTINCT o.status FROM orders o JOIN customers c ON c.id = o.customer_id'],
    ['an expression', 'SELECT DISTINCT agent_id + 1 FROM orders'],
    ['a sum', 'SELECT agent_id, sum(total) FROM orders GROUP BY agent_id'],
    ['HAVING', 'SELECT agent_id FROM orders GROUP BY agent_id HAVING count(*) > 30'],
    ['a limit without order', 'SELECT DISTINCT status FROM orders LIMIT 1'],
    ['with CTEs of its own', 'WITH orders AS (SELECT * FROM orders) SELECT DISTINCT status FROM orders'],
    [
      'tied to the query around',
      'SELECT c.id, (SELECT count(DISTINCT o.status) FROM orders o WHERE o.customer_id = c.id) FROM customers c',
    ],
  ],
  reveals: [
    [
      'NULL is a value too',
      'SELECT DISTINCT agent_id FROM orders',
      `WITH RECURSIVE s AS ((SELECT agent_id AS v FROM orders ORDER BY agent_id LIMIT 1) UNION ALL
              SELECT (SELECT agent_id FROM orders WHERE agent_id > s.v ORDER BY agent_id LIMIT 1) FROM s WHERE s.v IS NOT NULL)
              SELECT v AS agent_id FROM s WHERE v IS NOT NULL`,
    ],
  ],
};
