import { rowNumberToDistinctOn as rule } from '../../../src/rewrite/rules/row-number-to-distinct-on.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const rowNumberToDistinctOn: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT s.id, s.total FROM (SELECT o.*, row_number() OVER (PARTITION BY o.status ORDER BY o.placed_at DESC, o.id DESC) AS rn FROM orders o WHERE o.total > 10) s WHERE s.rn = 1 AND s.agent_id > 1 ORDER BY s.id',
      /CROSS JOIN LATERAL .* s WHERE s.agent_id > 1 ORDER BY s.id/,
      { ordered: true },
    ],
    [
      'SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY agent_id ORDER BY id DESC) FROM orders) s WHERE row_number < 2',
      /FROM \(SELECT DISTINCT ON \(agent_id\) id FROM orders ORDER BY agent_id, id DESC\) (?:AS )?s$/,
    ],
    [
      'SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY agent_id, day ORDER BY total, id) AS n FROM orders) s WHERE n <= 1',
      /DISTINCT ON \(agent_id, day\)/,
    ],
  ],
  refuses: [
    [
      'ties',
      'SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY status ORDER BY placed_at) AS n FROM orders) s WHERE n = 1',
    ],
    [
      'ranks',
      'SELECT id FROM (SELECT id, rank() OVER (PARTITION BY status ORDER BY id) AS n FROM orders) s WHERE n = 1',
    ],
    [
      'the second row',
      'SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY status ORDER BY id) AS n FROM orders) s WHERE n = 2',
    ],
    [
      'the number is shown',
      'SELECT id, n FROM (SELECT id, row_number() OVER (PARTITION BY status ORDER BY id) AS n FROM orders) s WHERE n = 1',
    ],
    [
      'the number is shown by a star',
      'SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY status ORDER BY id) AS n FROM orders) s WHERE n = 1',
    ],
    [
      'another window',
      'SELECT id FROM (SELECT id, count(*) OVER (), row_number() OVER (PARTITION BY status ORDER BY id) AS n FROM orders) s WHERE n = 1',
    ],
    [
      'one group',
      'SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM orders) s WHERE n = 1',
    ],
  ],
  reveals: [
    [
      'other conditions hold after the first row is picked',
      'SELECT s.id FROM (SELECT o.*, row_number() OVER (PARTITION BY o.status ORDER BY o.id DESC) AS rn FROM orders o) s WHERE s.rn = 1 AND s.agent_id IS NOT NULL',
      'SELECT DISTINCT ON (o.status) o.id FROM orders o WHERE o.agent_id IS NOT NULL ORDER BY o.status, o.id DESC',
    ],
  ],
};
