import { orToOrderedUnion as rule } from '../../../src/rewrite/rules/or-to-ordered-union.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const orToOrderedUnion: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT id, placed_at, total FROM orders WHERE agent_id = 1 OR discount = 2 ORDER BY placed_at DESC, id LIMIT 9',
      /^\(SELECT .* ORDER BY placed_at DESC, id LIMIT 9\) UNION ALL \(SELECT .* LIMIT 9\) ORDER BY placed_at DESC, id LIMIT 9$/,
      { ordered: true },
    ],
    [
      "SELECT o.total, o.id AS number FROM orders o WHERE (status = 'paid' OR agent_id = $1 OR o.discount > 8 OR agent_id = 4) AND total > 3 ORDER BY number LIMIT $2",
      /agent_id = \$1 OR agent_id = 4/,
      { params: [[2, 5]], ordered: true },
    ],
  ],
  refuses: [
    [
      'ties',
      'SELECT id, placed_at FROM orders WHERE agent_id = 1 OR discount = 2 ORDER BY placed_at LIMIT 9',
    ],
    ['no limit', 'SELECT id FROM orders WHERE agent_id = 1 OR discount = 2 ORDER BY id'],
    ['an offset', 'SELECT id FROM orders WHERE agent_id = 1 OR discount = 2 ORDER BY id LIMIT 3 OFFSET 3'],
    [
      'with ties',
      'SELECT id FROM orders WHERE agent_id = 1 OR discount = 2 ORDER BY id FETCH FIRST 3 ROWS WITH TIES',
    ],
    ['one column', 'SELECT id FROM orders WHERE agent_id = 1 OR agent_id = 2 ORDER BY id LIMIT 3'],
    [
      'the order is not shown',
      'SELECT total FROM orders WHERE agent_id = 1 OR discount = 2 ORDER BY id LIMIT 3',
    ],
    ['a table that others inherit from', 'SELECT id FROM base WHERE k = 1 OR id = 2 ORDER BY id LIMIT 3'],
    [
      'a parameter that has no type of its own',
      'SELECT id, $1 AS tag FROM orders WHERE agent_id = 1 OR discount < 6 ORDER BY id LIMIT 5',
    ],
  ],
  reveals: [
    [
      'NOT instead of IS NOT TRUE loses rows with NULL',
      'SELECT id FROM orders WHERE agent_id = 1 OR discount < 6 ORDER BY id LIMIT 40',
      '(SELECT id FROM orders WHERE agent_id = 1 ORDER BY id LIMIT 40) UNION ALL (SELECT id FROM orders WHERE discount < 6 AND NOT (agent_id = 1) ORDER BY id LIMIT 40) ORDER BY id LIMIT 40',
    ],
  ],
};
