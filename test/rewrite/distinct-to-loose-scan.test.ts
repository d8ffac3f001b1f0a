import { distinctToLooseScan } from '../../src/rewrite/rules/distinct-to-loose-scan.ts';
import { describeRewrite } from '../support/rewrites.ts';

describeRewrite(distinctToLooseScan, {
  applies: [
    {
      sql: 'SELECT DISTINCT status FROM orders',
      as: /^WITH RECURSIVE steps AS .* SELECT steps.value AS status FROM steps WHERE steps.value IS NOT NULL$/,
    },
    {
      sql: 'SELECT DISTINCT agent_id AS agent FROM orders o ORDER BY agent DESC LIMIT 3',
      as: /UNION ALL \(SELECT agent_id AS agent FROM orders AS o WHERE o.agent_id IS NULL LIMIT 1\) ORDER BY agent DESC LIMIT 3/,
      ordered: true,
    },
    {
      sql: 'SELECT agent_id FROM orders WHERE total > $1 GROUP BY agent_id',
      as: /total > \$1/,
      params: [60],
    },
    {
      sql: 'SELECT count(DISTINCT agent_id) FROM orders WHERE discount IS NULL OR discount > 2',
      as: /SELECT count\(\*\) AS count FROM steps/,
    },
    {
      sql: 'SELECT agent_id, max(placed_at) AS last, min(id) FROM orders GROUP BY agent_id ORDER BY 1',
      as: /\(SELECT max\(placed_at\) FROM orders WHERE orders.agent_id = steps.value\) AS last/,
      ordered: true,
    },
    { sql: 'SELECT DISTINCT product_id FROM items', as: /WITH RECURSIVE/ },
    {
      sql: 'SELECT s.k FROM (SELECT DISTINCT day AS k FROM orders) s ORDER BY s.k',
      as: /WITH RECURSIVE/,
      ordered: true,
    },
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
    {
      why: 'NULL is a value too',
      sql: 'SELECT DISTINCT agent_id FROM orders',
      naive: `WITH RECURSIVE s AS ((SELECT agent_id AS v FROM orders ORDER BY agent_id LIMIT 1) UNION ALL
              SELECT (SELECT agent_id FROM orders WHERE agent_id > s.v ORDER BY agent_id LIMIT 1) FROM s WHERE s.v IS NOT NULL)
              SELECT v FROM s WHERE v IS NOT NULL`,
    },
  ],
});
