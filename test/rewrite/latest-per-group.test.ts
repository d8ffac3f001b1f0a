import { distinctOnToLateral } from '../../src/rewrite/rules/distinct-on-to-lateral.ts';
import { rowNumberToDistinctOn } from '../../src/rewrite/rules/row-number-to-distinct-on.ts';
import { describeRewrite } from '../support/rewrites.ts';

describeRewrite(distinctOnToLateral, {
  applies: [
    {
      sql: 'SELECT DISTINCT ON (status) status, id, placed_at, total * 2 FROM orders WHERE total > 20 ORDER BY status, placed_at DESC, id DESC',
      as: /CROSS JOIN LATERAL \(SELECT status, id, placed_at, total \* 2 FROM orders WHERE .* ORDER BY placed_at DESC, id DESC LIMIT 1\) AS latest .* ORDER BY steps.value$/,
      ordered: true,
    },
    {
      sql: 'SELECT DISTINCT ON (o.agent_id) o.agent_id AS agent, o.id FROM orders o ORDER BY o.agent_id DESC, o.placed_at, o.id',
      as: /UNION ALL \(SELECT .* o.agent_id IS NULL ORDER BY .* LIMIT 1\) ORDER BY agent DESC$/,
      ordered: true,
    },
    {
      sql: 'SELECT DISTINCT ON (status) * FROM orders ORDER BY status, id',
      as: /SELECT latest.\* FROM steps/,
      ordered: true,
    },
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
    {
      why: 'the group of NULL',
      sql: 'SELECT DISTINCT ON (agent_id) agent_id, id FROM orders ORDER BY agent_id, id DESC',
      naive:
        'SELECT k.agent_id, l.id FROM (SELECT DISTINCT agent_id FROM orders) k CROSS JOIN LATERAL (SELECT id FROM orders o WHERE o.agent_id = k.agent_id ORDER BY id DESC LIMIT 1) l',
    },
  ],
});

describeRewrite(rowNumberToDistinctOn, {
  applies: [
    {
      sql: 'SELECT s.id, s.total FROM (SELECT o.*, row_number() OVER (PARTITION BY o.status ORDER BY o.placed_at DESC, o.id DESC) AS rn FROM orders o WHERE o.total > 10) s WHERE s.rn = 1 AND s.agent_id > 1 ORDER BY s.id',
      as: /CROSS JOIN LATERAL .* s WHERE s.agent_id > 1 ORDER BY s.id/,
      ordered: true,
    },
    {
      sql: 'SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY agent_id ORDER BY id DESC) FROM orders) s WHERE row_number < 2',
      as: /FROM \(SELECT DISTINCT ON \(agent_id\) id FROM orders ORDER BY agent_id, id DESC\) (?:AS )?s$/,
    },
    {
      sql: 'SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY agent_id, day ORDER BY total, id) AS n FROM orders) s WHERE n <= 1',
      as: /DISTINCT ON \(agent_id, day\)/,
    },
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
    {
      why: 'other conditions hold after the first row is picked',
      sql: 'SELECT s.id FROM (SELECT o.*, row_number() OVER (PARTITION BY o.status ORDER BY o.id DESC) AS rn FROM orders o) s WHERE s.rn = 1 AND s.agent_id IS NOT NULL',
      naive:
        'SELECT DISTINCT ON (o.status) o.id FROM orders o WHERE o.agent_id IS NOT NULL ORDER BY o.status, o.id DESC',
    },
  ],
});
