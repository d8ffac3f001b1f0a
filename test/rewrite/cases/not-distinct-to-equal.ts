import { notDistinct as rule } from '../../../src/rewrite/rules/not-distinct.ts';
import { CONDITIONS } from '../data/conditions.ts';
import type { RuleCases } from '../rule-cases.ts';

export const notDistinctToEqual: RuleCases = {
  rule,
  data: CONDITIONS,
  applies: [
    ['SELECT id FROM t WHERE x IS NOT DISTINCT FROM 2', 'SELECT id FROM t WHERE x = 2'],
    [
      'SELECT id FROM t WHERE x IS NOT DISTINCT FROM $1',
      'SELECT id FROM t WHERE x = $1 OR (x IS NULL AND $1 IS NULL)',
      { params: [[2], [null], [77]] },
    ],
    [
      'SELECT id FROM t WHERE n IS NOT DISTINCT FROM $1',
      'SELECT id FROM t WHERE n = $1',
      { params: [[2], [null], [77]] },
    ],
    [
      'SELECT id FROM t WHERE $1::int IS NOT DISTINCT FROM x AND id > 3',
      'SELECT id FROM t WHERE ($1::int = x OR (x IS NULL AND $1::int IS NULL)) AND id > 3',
      { params: [[2], [null]] },
    ],
    ["SELECT id FROM t WHERE b IS NOT DISTINCT FROM 'A' OR x = 1", "SELECT id FROM t WHERE b = 'A' OR x = 1"],
    ["SELECT id FROM t WHERE c IS NOT DISTINCT FROM 'a '", "SELECT id FROM t WHERE c = 'a '"],
  ],
  refuses: [
    ['under NOT, false is not NULL', 'SELECT id FROM t WHERE NOT (x IS NOT DISTINCT FROM 2)'],
    ['NULL itself', 'SELECT id FROM t WHERE x IS NOT DISTINCT FROM NULL'],
    ['two columns', 'SELECT id FROM t WHERE x IS NOT DISTINCT FROM y'],
    ['the contrary', 'SELECT id FROM t WHERE x IS DISTINCT FROM 2'],
  ],
  reveals: [
    [
      'NULL under NOT',
      'SELECT id FROM t WHERE NOT (x IS NOT DISTINCT FROM 2)',
      'SELECT id FROM t WHERE NOT (x = 2)',
    ],
    [
      'a parameter that is NULL',
      'SELECT id FROM t WHERE x IS NOT DISTINCT FROM $1',
      'SELECT id FROM t WHERE x = $1',
      { params: [[2], [null]] },
    ],
    [
      'NULL in both columns',
      'SELECT id FROM t WHERE x IS NOT DISTINCT FROM y',
      'SELECT id FROM t WHERE x = y',
    ],
  ],
};
