import { coalesceToOr as rule } from '../../../src/rewrite/rules/coalesce.ts';
import { CONDITIONS } from '../data/conditions.ts';
import type { RuleCases } from '../rule-cases.ts';

export const coalesceToOr: RuleCases = {
  rule,
  data: CONDITIONS,
  applies: [
    ['SELECT id FROM t WHERE coalesce(x, 0) = 0', 'SELECT id FROM t WHERE x = 0 OR x IS NULL'],
    ['SELECT id FROM t WHERE coalesce(x, 0) = 2', 'SELECT id FROM t WHERE x = 2'],
    [
      'SELECT id FROM t WHERE 1 < coalesce(x, 7) AND y = 2',
      'SELECT id FROM t WHERE (x > 1 OR x IS NULL) AND y = 2',
    ],
    ['SELECT id FROM t WHERE coalesce(x, -1) >= 0', 'SELECT id FROM t WHERE x >= 0'],
    ["SELECT id FROM t WHERE coalesce(s, '') <> ''", "SELECT id FROM t WHERE s <> ''"],
    ["SELECT id FROM t WHERE NOT (coalesce(s, '') = '')", "SELECT id FROM t WHERE NOT (s = '' OR s IS NULL)"],
    ['SELECT id FROM t WHERE coalesce(n, 0) = 0', 'SELECT id FROM t WHERE n = 0'],
  ],
  refuses: [
    ['under NOT, false is not NULL', 'SELECT id FROM t WHERE NOT (coalesce(x, 0) = 2)'],
    ['blanks at the end do not count', "SELECT id FROM t WHERE coalesce(c, 'a ') = 'a'"],
    ['equal though other characters', "SELECT id FROM t WHERE coalesce(b, 'A') = 'a'"],
    ['a parameter', 'SELECT id FROM t WHERE coalesce(x, $1) = 2'],
    ['two columns', 'SELECT id FROM t WHERE coalesce(x, y) = 2'],
    ['not an integer', 'SELECT id FROM t WHERE coalesce(x, 0.5) = 2'],
    ['in the order of a collation', "SELECT id FROM t WHERE coalesce(s, 'a') > 'B'"],
  ],
  reveals: [
    [
      'NULL under NOT',
      'SELECT id FROM t WHERE NOT (coalesce(x, 0) = 2)',
      'SELECT id FROM t WHERE NOT (x = 2)',
    ],
    [
      'NULL whose substitute fits',
      'SELECT id FROM t WHERE coalesce(x, 0) = 0',
      'SELECT id FROM t WHERE x = 0',
    ],
    [
      'a substitute that is equal with other characters',
      "SELECT id FROM t WHERE coalesce(b, 'A') = 'a'",
      "SELECT id FROM t WHERE b = 'a'",
    ],
    [
      'a substitute with a blank',
      "SELECT id FROM t WHERE coalesce(c, 'a ') = 'a'",
      "SELECT id FROM t WHERE c = 'a'",
    ],
  ],
};
