import { orderWithoutIndex as rule } from '../../../src/rewrite/rules/order-without-index.ts';
import { KEYS } from '../data/keys.ts';
import type { RuleCases } from '../rule-cases.ts';

export const orderWithoutIndex: RuleCases = {
  rule,
  data: KEYS,
  applies: [
    [
      'SELECT id FROM t WHERE a = 1 ORDER BY id LIMIT 5',
      'SELECT id FROM t WHERE a = 1 ORDER BY id + 0 LIMIT 5',
      { ordered: true },
    ],
    [
      'SELECT a, id FROM t WHERE c = 1 ORDER BY a DESC NULLS LAST, id LIMIT 9',
      'SELECT a, id FROM t WHERE c = 1 ORDER BY a + 0 DESC NULLS LAST, id LIMIT 9',
      { ordered: true },
    ],
    [
      "SELECT at, id FROM t WHERE kind = 'x' ORDER BY at DESC, id LIMIT 7",
      "SELECT at, id FROM t WHERE kind = 'x' ORDER BY at + '0'::interval DESC, id LIMIT 7",
      { ordered: true },
    ],
    [
      'SELECT c AS a, id FROM t WHERE b = 1 ORDER BY a, id LIMIT 7',
      'SELECT c AS a, id FROM t WHERE b = 1 ORDER BY c + 0, id LIMIT 7',
      { ordered: true },
    ],
    [
      'SELECT c, id FROM t WHERE b = 1 ORDER BY 1, 2 LIMIT 7',
      'SELECT c, id FROM t WHERE b = 1 ORDER BY c + 0, 2 LIMIT 7',
      { ordered: true },
    ],
  ],
  refuses: [
    ['no LIMIT', 'SELECT id FROM t WHERE a = 1 ORDER BY id'],
    ['no condition', 'SELECT id FROM t ORDER BY id LIMIT 5'],
    ['an expression already', 'SELECT id FROM t WHERE a = 1 ORDER BY id + 1 LIMIT 5'],
    ['DISTINCT sorts by its outputs', 'SELECT DISTINCT c FROM t WHERE a = 1 ORDER BY c LIMIT 5'],
    ['groups', 'SELECT c FROM t WHERE a = 1 GROUP BY c ORDER BY c LIMIT 5'],
    ['an output that is computed', 'SELECT -id AS id FROM t WHERE a = 1 ORDER BY id LIMIT 5'],
  ],
  reveals: [
    [
      'the column behind an output of its name',
      'SELECT -id AS id FROM t WHERE a = 1 ORDER BY id LIMIT 5',
      'SELECT -id AS id FROM t WHERE a = 1 ORDER BY id + 0 LIMIT 5',
      { ordered: true },
    ],
  ],
};
