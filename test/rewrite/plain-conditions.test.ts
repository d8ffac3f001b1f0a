import { coalesceToOr } from '../../src/rewrite/rules/coalesce.ts';
import { notDistinct } from '../../src/rewrite/rules/not-distinct.ts';
import { nullsOrder } from '../../src/rewrite/rules/nulls-order.ts';
import { describeEquivalence } from '../support/equivalence.ts';

const SCHEMA = `
  CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, x int, y int, s text, c character(5), b text COLLATE blind);
  INSERT INTO t SELECT g, g % 4, nullif(g % 5, 3), nullif(g % 3, 1), (ARRAY['a', 'A', 'a ', '', NULL, 'b'])[g % 6 + 1],
                       (ARRAY['a', 'A', 'a ', '', NULL, 'b'])[g % 6 + 1], (ARRAY['a', 'A', 'a ', '', NULL, 'b'])[g % 6 + 1]
                  FROM generate_series(1, 60) g;
  INSERT INTO t SELECT 100 + g, 2147483647, -2147483648, 0, 'z', 'z', 'z' FROM generate_series(1, 3) g;
  CREATE TABLE u (id int NOT NULL, at int NOT NULL);
  INSERT INTO u VALUES (1, 5), (2, 5), (2, 7);`;

describeEquivalence(nullsOrder, SCHEMA, {
  applies: [
    ['SELECT id FROM t ORDER BY n DESC NULLS LAST, id', 'SELECT id FROM t ORDER BY n DESC, id'],
    [
      'SELECT n AS x, id FROM t ORDER BY x DESC NULLS LAST, id LIMIT 7',
      'SELECT n AS x, id FROM t ORDER BY x DESC, id LIMIT 7',
    ],
    ['SELECT n, id FROM t ORDER BY 1 NULLS FIRST, 2', 'SELECT n, id FROM t ORDER BY 1, 2'],
    [
      'SELECT n, id FROM t ORDER BY x DESC NULLS LAST, n DESC NULLS LAST, id',
      'SELECT n, id FROM t ORDER BY x DESC NULLS LAST, n DESC, id',
    ],
    [
      'SELECT t.id FROM t LEFT JOIN u ON u.id = t.id ORDER BY t.n DESC NULLS LAST, t.id',
      'SELECT t.id FROM t LEFT JOIN u ON u.id = t.id ORDER BY t.n DESC, t.id',
    ],
    [
      'SELECT d.id FROM (SELECT n, id FROM t ORDER BY n DESC NULLS LAST, id LIMIT 5) d ORDER BY d.id',
      'SELECT d.id FROM (SELECT n, id FROM t ORDER BY n DESC, id LIMIT 5) d ORDER BY d.id',
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
  ],
  reveals: [
    ['NULL', 'SELECT id FROM t ORDER BY x DESC NULLS LAST, id', 'SELECT id FROM t ORDER BY x DESC, id'],
    [
      'an outer join without a match',
      'SELECT t.id FROM t LEFT JOIN u ON u.id = t.id ORDER BY u.at DESC NULLS LAST, t.id, u.id',
      'SELECT t.id FROM t LEFT JOIN u ON u.id = t.id ORDER BY u.at DESC, t.id, u.id',
    ],
    [
      'a total',
      'SELECT n FROM t GROUP BY ROLLUP (n) ORDER BY n DESC NULLS LAST',
      'SELECT n FROM t GROUP BY ROLLUP (n) ORDER BY n DESC',
    ],
  ],
});

describeEquivalence(notDistinct, SCHEMA, {
  applies: [
    ['SELECT id FROM t WHERE x IS NOT DISTINCT FROM 2', 'SELECT id FROM t WHERE x = 2'],
    [
      'SELECT id FROM t WHERE x IS NOT DISTINCT FROM $1',
      'SELECT id FROM t WHERE x = $1 OR (x IS NULL AND $1 IS NULL)',
      [[2], [null], [77]],
    ],
    [
      'SELECT id FROM t WHERE n IS NOT DISTINCT FROM $1',
      'SELECT id FROM t WHERE n = $1',
      [[2], [null], [77]],
    ],
    [
      'SELECT id FROM t WHERE $1::int IS NOT DISTINCT FROM x AND id > 3',
      'SELECT id FROM t WHERE ($1::int = x OR (x IS NULL AND $1::int IS NULL)) AND id > 3',
      [[2], [null]],
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
      [[2], [null]],
    ],
    [
      'NULL in both columns',
      'SELECT id FROM t WHERE x IS NOT DISTINCT FROM y',
      'SELECT id FROM t WHERE x = y',
    ],
  ],
});

describeEquivalence(coalesceToOr, SCHEMA, {
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
});
