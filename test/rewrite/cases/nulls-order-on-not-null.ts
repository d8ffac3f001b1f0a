import { nullsOrder as rule } from '../../../src/rewrite/rules/nulls-order.ts';
import { CONDITIONS } from '../data/conditions.ts';
import type { RuleCases } from '../rule-cases.ts';

export const nullsOrderOnNotNull: RuleCases = {
  rule,
  data: CONDITIONS,
  applies: [
    [
      'SELECT id FROM t ORDER BY n DESC NULLS LAST, id',
      'SELECT id FROM t ORDER BY n DESC, id',
      { ordered: true },
    ],
    [
      'SELECT n AS x, id FROM t ORDER BY x DESC NULLS LAST, id LIMIT 7',
      'SELECT n AS x, id FROM t ORDER BY x DESC, id LIMIT 7',
      { ordered: true },
    ],
    ['SELECT n, id FROM t ORDER BY 1 NULLS FIRST, 2', 'SELECT n, id FROM t ORDER BY 1, 2', { ordered: true }],
    [
      'SELECT n, id FROM t ORDER BY x DESC NULLS LAST, n DESC NULLS LAST, id',
      'SELECT n, id FROM t ORDER BY x DESC NULLS LAST, n DESC, id',
      { ordered: true },
    ],
    [
      'SELECT t.id FROM t LEFT JOIN u ON u.id = t.id ORDER BY t.n DESC NULLS LAST, t.id',
      'SELECT t.id FROM t LEFT JOIN u ON u.id = t.id ORDER BY t.n DESC, t.id',
      { ordered: true },
    ],
    [
      'SELECT d.id FROM (SELECT n, id FROM t ORDER BY n DESC NULLS LAST, id LIMIT 5) d ORDER BY d.id',
      'SELECT d.id FROM (SELECT n, id FROM t ORDER BY n DESC, id LIMIT 5) d ORDER BY d.id',
      { ordered: true },
    ],
  ],
  refuses: [
    ['the column may be NULL', 'SELECT id FROM t ORDER BY x DESC NULLS LAST'],
    [
      'the column is NULL where the outer join finds nothing',
      'SELECT t.id FROM t LEFT JOIN u ON u.id = t.id ORDER BY u.at DESC NULLS LAST',
    ],
    ['it says what is meant anyway', 'SELECT id FROM t ORDER BY n NULLS LAST'],
    ['the name is an output that may be NULL', 'SELECT x AS n FROM t ORDER BY n DESC NULLS LAST'],
    ['the number is an output that may be NULL', 'SELECT x, n FROM t ORDER BY 1 DESC NULLS LAST'],
    ['an expression', 'SELECT n FROM t ORDER BY nullif(n, 3) DESC NULLS LAST'],
    ['grouping sets put NULL into it', 'SELECT n FROM t GROUP BY ROLLUP (n) ORDER BY n DESC NULLS LAST'],
    ['a number that counts the columns of a star too', 'SELECT t.*, y, n FROM t ORDER BY 3 DESC NULLS LAST'],
  ],
  reveals: [
    [
      'NULL',
      'SELECT id FROM t ORDER BY x DESC NULLS LAST, id',
      'SELECT id FROM t ORDER BY x DESC, id',
      { ordered: true },
    ],
    [
      'an outer join without a match',
      'SELECT t.id FROM t LEFT JOIN u ON u.id = t.id ORDER BY u.at DESC NULLS LAST, t.id, u.id',
      'SELECT t.id FROM t LEFT JOIN u ON u.id = t.id ORDER BY u.at DESC, t.id, u.id',
      { ordered: true },
    ],
  ],
};
