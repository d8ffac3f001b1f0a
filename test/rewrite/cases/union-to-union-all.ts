import { unionToUnionAll as rule } from '../../../src/rewrite/rules/union-to-union-all.ts';
import { KEYS } from '../data/keys.ts';
import type { RuleCases } from '../rule-cases.ts';

export const unionToUnionAll: RuleCases = {
  rule,
  data: KEYS,
  applies: [
    [
      "SELECT 'a' AS k, id FROM t UNION SELECT 'b', id FROM u",
      "SELECT 'a' AS k, id FROM t UNION ALL SELECT 'b', id FROM u",
    ],
    [
      "SELECT id, kind FROM t WHERE kind = 'x' UNION SELECT id, kind FROM t WHERE kind IN ('y', 'z')",
      "SELECT id, kind FROM t WHERE kind = 'x' UNION ALL SELECT id, kind FROM t WHERE kind IN ('y', 'z')",
    ],
    [
      'SELECT 1 AS k, id FROM t UNION SELECT 2, id FROM u UNION SELECT 3, c FROM t GROUP BY c',
      'SELECT 1 AS k, id FROM t UNION ALL SELECT 2, id FROM u UNION ALL SELECT 3, c FROM t GROUP BY c',
    ],
    [
      'SELECT DISTINCT 1 AS k, a FROM t UNION SELECT DISTINCT 2, b FROM t',
      'SELECT DISTINCT 1 AS k, a FROM t UNION ALL SELECT DISTINCT 2, b FROM t',
    ],
    [
      "SELECT 'a', n FROM w UNION SELECT 'a', c FROM t UNION SELECT 'b', id FROM t",
      "SELECT 'a', n FROM w UNION SELECT 'a', c FROM t UNION ALL SELECT 'b', id FROM t",
    ],
  ],
  refuses: [
    ['the same constant', "SELECT 'a' AS k, id FROM t UNION SELECT 'a', id FROM u"],
    ['duplicates within an arm', "SELECT 'a' AS k, n FROM w UNION SELECT 'b', id FROM u"],
    ['constants in other columns', "SELECT 'a' AS k, kind FROM t UNION SELECT kind, 'b' FROM t"],
    [
      'conditions on another column than the output',
      'SELECT id FROM t WHERE c = 1 UNION SELECT id FROM t WHERE c = 2',
    ],
    [
      'lists that overlap',
      "SELECT id, kind FROM t WHERE kind IN ('x', 'y') UNION SELECT id, kind FROM t WHERE kind IN ('y', 'z')",
    ],
    ['INTERSECT', "SELECT 'a' AS k, id FROM t INTERSECT SELECT 'b', id FROM u"],
    ['a text that is the same number', "SELECT '02' AS k, id FROM t UNION SELECT 2, id FROM u"],
  ],
  reveals: [
    [
      'duplicates within an arm',
      "SELECT 'a' AS k, n FROM w UNION SELECT 'b', id FROM u",
      "SELECT 'a' AS k, n FROM w UNION ALL SELECT 'b', id FROM u",
    ],
    [
      'lists that overlap',
      "SELECT id, kind FROM t WHERE kind IN ('x', 'y') UNION SELECT id, kind FROM t WHERE kind IN ('y', 'z')",
      "SELECT id, kind FROM t WHERE kind IN ('x', 'y') UNION ALL SELECT id, kind FROM t WHERE kind IN ('y', 'z')",
    ],
    [
      'a text that is the same number',
      "SELECT '02' AS k, id FROM t WHERE id > 100 UNION SELECT 2, id + 100 FROM u WHERE id < 91",
      "SELECT '02' AS k, id FROM t WHERE id > 100 UNION ALL SELECT 2, id + 100 FROM u WHERE id < 91",
    ],
  ],
};
