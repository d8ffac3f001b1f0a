import { keyset as rule } from '../../../src/rewrite/rules/keyset.ts';
import { KEYS } from '../data/keys.ts';
import type { RuleCases } from '../rule-cases.ts';

export const keysetOrToRow: RuleCases = {
  rule,
  data: KEYS,
  applies: [
    ['SELECT id FROM t WHERE a > 1 OR (a = 1 AND b > 0)', 'SELECT id FROM t WHERE (a, b) > (1, 0)'],
    [
      'SELECT id FROM t WHERE a > 1 OR (a = 1 AND b > 0)',
      'SELECT id FROM t WHERE a >= 1 AND (a > 1 OR (a = 1 AND b > 0))',
    ],
    [
      'SELECT id FROM t WHERE a < $1 OR (a = $1 AND id <= $2)',
      'SELECT id FROM t WHERE (a, id) <= ($1, $2)',
      {
        params: [
          [2, 40],
          [null, 40],
          [2, null],
        ],
      },
    ],
    [
      'SELECT id FROM t WHERE a < 2 OR (a = 2 AND id > 40)',
      'SELECT id FROM t WHERE a <= 2 AND (a < 2 OR (a = 2 AND id > 40))',
    ],
    [
      'SELECT id FROM t WHERE a > 1 OR (a = 1 AND (b > 0 OR (b = 0 AND id > 30)))',
      'SELECT id FROM t WHERE (a, b, id) > (1, 0, 30)',
    ],
    [
      'SELECT id FROM t WHERE a > 1 OR (a = 1 AND b > 0) OR (a = 1 AND b = 0 AND id > 30)',
      'SELECT id FROM t WHERE (a, b, id) > (1, 0, 30)',
    ],
    [
      "SELECT id FROM t WHERE kind = 'x' AND (at > '2024-10-27 01:00+01' OR (at = '2024-10-27 01:00+01' AND id > 3))",
      "SELECT id FROM t WHERE kind = 'x' AND ((at, id) > ('2024-10-27 01:00+01', 3))",
    ],
  ],
  refuses: [
    ['another value', 'SELECT id FROM t WHERE a > 1 OR (a = 2 AND b > 0)'],
    ['another column', 'SELECT id FROM t WHERE a > 1 OR (b = 1 AND b > 0)'],
    ['the first comparison includes the equal', 'SELECT id FROM t WHERE a >= 1 OR (a = 1 AND b > 0)'],
    ['under NOT, NULL is not false', 'SELECT id FROM t WHERE NOT (a > 1 OR (a = 1 AND b > 0))'],
    ['a value that changes', 'SELECT id FROM t WHERE f > random() OR (f = random() AND id > 2)'],
    ['a value of the row', 'SELECT id FROM t WHERE a > c OR (a = c AND b > 0)'],
  ],
  reveals: [
    [
      'ties across two directions',
      'SELECT id FROM t WHERE a < 2 OR (a = 2 AND id > 40)',
      'SELECT id FROM t WHERE (a, id) < (2, 40)',
    ],
    [
      'the row itself',
      'SELECT id FROM t WHERE a < 2 OR (a = 2 AND id <= 137)',
      'SELECT id FROM t WHERE (a, id) < (2, 137)',
    ],
    [
      'a bound without the equal',
      'SELECT id FROM t WHERE a > 1 OR (a = 1 AND b > 0)',
      'SELECT id FROM t WHERE a > 1 AND (a > 1 OR (a = 1 AND b > 0))',
    ],
  ],
};
