import { cteMaterialize as rule } from '../../../src/rewrite/rules/cte-fence.ts';
import { KEYS } from '../data/keys.ts';
import type { RuleCases } from '../rule-cases.ts';

export const cteMaterialized: RuleCases = {
  rule,
  data: KEYS,
  applies: [
    [
      'WITH r AS (SELECT id, a FROM t) SELECT id FROM r WHERE a = 1',
      'WITH r AS MATERIALIZED (SELECT id, a FROM t) SELECT id FROM r WHERE a = 1',
    ],
    [
      'WITH r AS NOT MATERIALIZED (SELECT id FROM t) SELECT id FROM r',
      'WITH r AS MATERIALIZED (SELECT id FROM t) SELECT id FROM r',
    ],
    [
      "WITH r AS (SELECT date_trunc('day', at) AS day, sum(a) / 2 AS half FROM t GROUP BY 1) SELECT half FROM r WHERE day > '2024-10-27'",
      "WITH r AS MATERIALIZED (SELECT date_trunc('day', at) AS day, sum(a) / 2 AS half",
    ],
    [
      "WITH r AS (SELECT id, coalesce(a, 7) % 3 AS rest, '7'::int AS seven, kind || 'x' AS k, exists(SELECT FROM u WHERE u.id = t.id) AS known FROM t) SELECT rest FROM r WHERE id = 7",
      'WITH r AS MATERIALIZED (',
    ],
  ],
  refuses: [
    ['it is already', 'WITH r AS MATERIALIZED (SELECT id FROM t) SELECT id FROM r'],
    ['used more than once', 'WITH r AS (SELECT id FROM t) SELECT a.id FROM r a, r b'],
    ['not used at all', 'WITH r AS (SELECT 1 / 0) SELECT id FROM t'],
    [
      'an error that a condition from outside keeps away',
      'WITH r AS (SELECT id, 100 / a AS share FROM t) SELECT share FROM r WHERE id = 7',
    ],
    [
      'an error in a CTE that it reads',
      'WITH q AS (SELECT id, 100 / a AS share FROM t), r AS (SELECT id, share FROM q) SELECT share FROM r WHERE id = 7',
    ],
    [
      'a view whose functions are not known',
      'WITH r AS (SELECT id, r FROM noisy) SELECT id FROM r WHERE id = 7',
    ],
    [
      'recursive',
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r',
    ],
    ['a cast that may fail', 'WITH r AS (SELECT id, kind::int AS k FROM t) SELECT k FROM r WHERE id = 0'],
    [
      'a function that may fail',
      'WITH r AS (SELECT id, sqrt(a - 5) AS s FROM t) SELECT s FROM r WHERE id = 0',
    ],
    [
      'a subquery that may find two rows',
      'WITH r AS (SELECT id, (SELECT u.id FROM u WHERE u.part = t.a) AS u FROM t) SELECT u FROM r WHERE id = 0',
    ],
    ['a divisor that is zero', 'WITH r AS (SELECT id, a / 0 AS x FROM t) SELECT x FROM r WHERE id = 0'],
  ],
  reveals: [
    [
      'a row outside of the answer raises an error',
      'WITH r AS (SELECT id, 100 / a AS share FROM t) SELECT share FROM r WHERE id = 7',
      'WITH r AS MATERIALIZED (SELECT id, 100 / a AS share FROM t) SELECT share FROM r WHERE id = 7',
    ],
  ],
};
