import { distinctOnToLateral as rule } from '../../../src/rewrite/rules/distinct-on-to-lateral.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const distinctOnToLateral: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT DISTINCT ON (status) status, id, placed_at, total * 2 FROM orders WHERE total > 20 ORDER BY status, placed_at DESC, id DESC',
      /CROSS JOIN LATERAL \(SELECT status, id, placed_at, total \* 2 FROM orders WHERE .* ORDER BY placed_at DESC, id DESC LIMIT 1\) AS latest .* ORDER BY steps.value$/,
      { ordered: true },
    ],
    [
      'SELECT DISTINCT ON (o.agent_id) o.agent_id AS agent, o.id FROM orders o ORDER BY o.agent_id DESC, o.placed_at, o.id',
      /UNION ALL \(SELECT .* o.agent_id IS NULL ORDER BY .* LIMIT 1\) ORDER BY agent DESC$/,
      { ordered: true },
    ],
    [
      'SELECT DISTINCT ON (status) * FROM orders ORDER BY status, id',
      /SELECT latest.\* FROM steps/,
      { ordered: true },
    ],
  ],
  refuses: [
    ['ties', 'SELECT DISTINCT ON (status) status, id FROM orders ORDER BY status, placed_at DESC'],
    ['no order', 'SELECT DISTINCT ON (status) status, id FROM orders'],
    ['too many groups', 'SELECT DISTINCT ON (id) id, total FROM orders ORDER BY id'],
    [
      'two keys',
      'SELECT DISTINCT ON (status, agent_id) status, id FROM orders ORDER BY status, agent_id, id',
    ],
    ['a limit', 'SELECT DISTINCT ON (status) status, id FROM orders ORDER BY status, id LIMIT 1'],
    ['no unique key', 'SELECT DISTINCT ON (qty) qty, price FROM items ORDER BY qty, price'],
    [
      'NULL would have to be sorted by what is not shown',
      'SELECT DISTINCT ON (agent_id) id FROM orders ORDER BY agent_id, id',
    ],
  ],
  reveals: [
    [
      'the group of NULL',
      'SELECT DISTINCT ON (agent_id) agent_id, id FROM orders ORDER BY agent_id, id DESC',
      'SELECT k.agent_id, l.id FROM (SELECT DISTINCT agent_id FROM orders) k CROSS JOIN LATERAL (SELECT id FROM orders o WHERE o.agent_id = k.agent_id ORDER BY id DESC LIMIT 1) l',
    ],
  ],
};
