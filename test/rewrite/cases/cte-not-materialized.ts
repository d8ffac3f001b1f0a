import { cteInline as rule } from '../../../src/rewrite/rules/cte-fence.ts';
import { KEYS } from '../data/keys.ts';
import type { RuleCases } from '../rule-cases.ts';

export const cteNotMaterialized: RuleCases = {
  rule,
  data: KEYS,
  applies: [
    [
      'WITH r AS MATERIALIZED (SELECT id, a FROM t) SELECT id FROM r WHERE a = 1',
      'WITH r AS NOT MATERIALIZED (SELECT id, a FROM t) SELECT id FROM r WHERE a = 1',
    ],
    [
      'WITH r AS (SELECT id, a FROM t) SELECT x.id FROM r x JOIN r y ON y.id = x.a',
      'WITH r AS NOT MATERIALIZED (SELECT id, a FROM t) SELECT x.id FROM r x JOIN r y ON y.id = x.a',
    ],
    [
      'WITH r AS MATERIALIZED (SELECT a, count(*) AS n FROM t GROUP BY a) SELECT n FROM r WHERE a = 1',
      'WITH r AS NOT MATERIALIZED (SELECT a, count(*) AS n FROM t GROUP BY a) SELECT n FROM r WHERE a = 1',
    ],
    // What fails is only shown, for rows that the CTE has, or divides by what is never zero.
    [
      'WITH r AS MATERIALIZED (SELECT id, 100 / a AS share FROM t WHERE a <> 0) SELECT share FROM r WHERE id = 7',
      'WITH r AS NOT MATERIALIZED (SELECT id, 100 / a AS share',
    ],
    [
      'WITH r AS MATERIALIZED (SELECT id, a FROM t) SELECT id FROM r WHERE a / 2 = 1',
      'WITH r AS NOT MATERIALIZED (SELECT id, a FROM t)',
    ],
  ],
  refuses: [
    [
      'a volatile function',
      'WITH r AS MATERIALIZED (SELECT id, random() AS x FROM t) SELECT id FROM r WHERE x > 2',
    ],
    [
      'a view whose functions are not known',
      'WITH r AS MATERIALIZED (SELECT id, r FROM noisy) SELECT a.id FROM r a JOIN r b ON a.r = b.r',
    ],
    [
      'a function that may not be what it is declared to be',
      'WITH r AS (SELECT id, drawn() AS x FROM t) SELECT a.id FROM r a JOIN r b ON a.x = b.x',
    ],
    [
      'a condition that fails for rows behind the fence',
      'WITH r AS MATERIALIZED (SELECT t.id, t.a FROM t JOIN u ON u.id = t.id) SELECT id FROM r WHERE 100 / a > 15',
    ],
    [
      'a condition on what fails for rows behind the fence',
      'WITH r AS MATERIALIZED (SELECT t.id, 100 / t.a FROM t JOIN u ON u.id = t.id) SELECT id FROM r WHERE "?column?" > 15',
    ],
    [
      'such a condition in an arm of a UNION',
      'WITH r AS MATERIALIZED (SELECT t.id, t.a FROM t JOIN u ON u.id = t.id) SELECT id FROM r WHERE 100 / a > 15 UNION ALL SELECT 0',
    ],
    ['used once and not marked', 'WITH r AS (SELECT id FROM t) SELECT id FROM r'],
    ['not used at all', 'WITH r AS MATERIALIZED (SELECT 1 / 0) SELECT id FROM t'],
    [
      'a choice that may fall out otherwise the second time',
      'WITH r AS (SELECT id FROM t LIMIT 3) SELECT a.id FROM r a JOIN r b ON a.id = b.id',
    ],
    [
      'recursive',
      'WITH RECURSIVE r AS MATERIALIZED (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r',
    ],
    ['it writes', 'WITH r AS (DELETE FROM w RETURNING n) SELECT a.n FROM r a, r b'],
    ['it locks', 'WITH r AS MATERIALIZED (SELECT id FROM t FOR UPDATE) SELECT id FROM r'],
  ],
  reveals: [
    [
      'a condition meets a row that the fence kept from it',
      'WITH r AS MATERIALIZED (SELECT t.id, t.a FROM t JOIN u ON u.id = t.id) SELECT id FROM r WHERE 100 / a > 15',
      'WITH r AS NOT MATERIALIZED (SELECT t.id, t.a FROM t JOIN u ON u.id = t.id) SELECT id FROM r WHERE 100 / a > 15',
    ],
  ],
};
