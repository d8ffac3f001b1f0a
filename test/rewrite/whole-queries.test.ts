import { cteInline, cteMaterialize } from '../../src/rewrite/rules/cte-fence.ts';
import { distinctOnKey } from '../../src/rewrite/rules/distinct-on-key.ts';
import { keyset } from '../../src/rewrite/rules/keyset.ts';
import { orderWithoutIndex } from '../../src/rewrite/rules/order-without-index.ts';
import { unionToUnionAll } from '../../src/rewrite/rules/union-to-union-all.ts';
import { describeEquivalence } from '../support/equivalence.ts';

const SCHEMA = `
  CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int NOT NULL, kind text NOT NULL, at timestamptz NOT NULL, big bigint, f float8);
  INSERT INTO t SELECT g, nullif(g % 5, 4), nullif(g % 3, 2), g % 4, (ARRAY['x', 'y', 'z'])[g % 3 + 1], '2024-10-27 00:00+00'::timestamptz + g % 9 * interval '20 min', g, g FROM generate_series(1, 90) g;
  CREATE TABLE u (id int PRIMARY KEY, t_id int NOT NULL, code text UNIQUE, big bigint NOT NULL UNIQUE DEFERRABLE, part int NOT NULL, line int NOT NULL, UNIQUE (part, line));
  INSERT INTO u SELECT g, g % 50 + 1, nullif('k' || g, 'k3'), g, g % 4, g / 4 FROM generate_series(1, 80) g;
  INSERT INTO u (id, t_id, code, big, part, line) VALUES (100, 3, NULL, 101, 9, 9), (101, 3, NULL, 102, 9, 10);
  CREATE TABLE w (n int, u_id int); INSERT INTO w SELECT g % 7, g % 9 FROM generate_series(1, 30) g;
  CREATE TABLE parent (id int PRIMARY KEY, x int); CREATE TABLE child () INHERITS (parent);
  INSERT INTO parent VALUES (1, 1), (2, 2); INSERT INTO child VALUES (1, 1);
  CREATE TABLE wide (b bigint PRIMARY KEY); INSERT INTO wide VALUES (9007199254740992), (9007199254740993);
  CREATE TABLE floats (f float8 PRIMARY KEY, v int); INSERT INTO floats VALUES (9007199254740992, 1), (3, 2);
  CREATE FUNCTION drawn() RETURNS float8 STABLE LANGUAGE plpgsql AS 'BEGIN RETURN random(); END';
  CREATE VIEW noisy AS SELECT id, random() AS r FROM t;`;

describeEquivalence(keyset, SCHEMA, {
  applies: [
    ['SELECT id FROM t WHERE a > 1 OR (a = 1 AND b > 0)', 'SELECT id FROM t WHERE (a, b) > (1, 0)'],
    [
      'SELECT id FROM t WHERE a > 1 OR (a = 1 AND b > 0)',
      'SELECT id FROM t WHERE a >= 1 AND (a > 1 OR (a = 1 AND b > 0))',
    ],
    [
      'SELECT id FROM t WHERE a < $1 OR (a = $1 AND id <= $2)',
      'SELECT id FROM t WHERE (a, id) <= ($1, $2)',
      [
        [2, 40],
        [null, 40],
        [2, null],
      ],
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
      'SELECT id FROM t WHERE a < 2 OR (a = 2 AND id <= 37)',
      'SELECT id FROM t WHERE (a, id) < (2, 37)',
    ],
    [
      'a bound without the equal',
      'SELECT id FROM t WHERE a > 1 OR (a = 1 AND b > 0)',
      'SELECT id FROM t WHERE a > 1 AND (a > 1 OR (a = 1 AND b > 0))',
    ],
  ],
});

describeEquivalence(cteInline, SCHEMA, {
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
      'what a function that is not what it is declared to be gives the second time',
      'WITH r AS (SELECT id, drawn() AS x FROM t) SELECT a.id FROM r a JOIN r b ON a.x = b.x',
      'WITH r AS NOT MATERIALIZED (SELECT id, drawn() AS x FROM t) SELECT a.id FROM r a JOIN r b ON a.x = b.x',
    ],
  ],
});

describeEquivalence(cteMaterialize, SCHEMA, {
  applies: [
    [
      'WITH r AS (SELECT id, a FROM t) SELECT id FROM r WHERE a = 1',
      'WITH r AS MATERIALIZED (SELECT id, a FROM t) SELECT id FROM r WHERE a = 1',
    ],
    [
      'WITH r AS NOT MATERIALIZED (SELECT id FROM t) SELECT id FROM r',
      'WITH r AS MATERIALIZED (SELECT id FROM t) SELECT id FROM r',
    ],
  ],
  refuses: [
    ['it is already', 'WITH r AS MATERIALIZED (SELECT id FROM t) SELECT id FROM r'],
    ['used more than once', 'WITH r AS (SELECT id FROM t) SELECT a.id FROM r a, r b'],
    ['not used at all', 'WITH r AS (SELECT 1 / 0) SELECT id FROM t'],
    [
      'recursive',
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r',
    ],
  ],
  reveals: [],
});

describeEquivalence(orderWithoutIndex, SCHEMA, {
  zones: ['Europe/Berlin', 'UTC'],
  applies: [
    [
      'SELECT id FROM t WHERE a = 1 ORDER BY id LIMIT 5',
      'SELECT id FROM t WHERE a = 1 ORDER BY id + 0 LIMIT 5',
    ],
    [
      'SELECT a, id FROM t WHERE c = 1 ORDER BY a DESC NULLS LAST, id LIMIT 9',
      'SELECT a, id FROM t WHERE c = 1 ORDER BY a + 0 DESC NULLS LAST, id LIMIT 9',
    ],
    [
      "SELECT at, id FROM t WHERE kind = 'x' ORDER BY at DESC, id LIMIT 7",
      "SELECT at, id FROM t WHERE kind = 'x' ORDER BY at + '0'::interval DESC, id LIMIT 7",
    ],
    [
      'SELECT c AS a, id FROM t WHERE b = 1 ORDER BY a, id LIMIT 7',
      'SELECT c AS a, id FROM t WHERE b = 1 ORDER BY c + 0, id LIMIT 7',
    ],
    [
      'SELECT c, id FROM t WHERE b = 1 ORDER BY 1, 2 LIMIT 7',
      'SELECT c, id FROM t WHERE b = 1 ORDER BY c + 0, 2 LIMIT 7',
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
    ],
  ],
});

describeEquivalence(distinctOnKey, SCHEMA, {
  applies: [
    ['SELECT DISTINCT id, a FROM t', 'SELECT id, a FROM t'],
    [
      'SELECT DISTINCT u.id, t.a FROM u JOIN t ON t.id = u.t_id',
      'SELECT u.id, t.a FROM u JOIN t ON t.id = u.t_id',
    ],
    [
      'SELECT DISTINCT u.id, t.a FROM u LEFT JOIN t ON t.id = u.t_id AND t.a > 2',
      'SELECT u.id, t.a FROM u LEFT JOIN t ON t.id = u.t_id AND t.a > 2',
    ],
    ['SELECT DISTINCT u.id, t.id FROM u, t WHERE t.a = 1', 'SELECT u.id, t.id FROM u, t WHERE t.a = 1'],
    ['SELECT DISTINCT line FROM u WHERE part = 2', 'SELECT line FROM u WHERE part = 2'],
    ['SELECT DISTINCT part, line FROM u', 'SELECT part, line FROM u'],
    ['SELECT DISTINCT a, count(*) FROM t GROUP BY a', 'SELECT a, count(*) FROM t GROUP BY a'],
    ['SELECT DISTINCT id, x FROM ONLY parent', 'SELECT id, x FROM ONLY parent'],
  ],
  refuses: [
    ['no key', 'SELECT DISTINCT a, b FROM t'],
    ['a join that multiplies', 'SELECT DISTINCT t.id, t.a FROM t JOIN u ON u.t_id = t.id'],
    ['a key with NULL', 'SELECT DISTINCT code FROM u'],
    ['a key that is checked at the end only', 'SELECT DISTINCT big FROM u'],
    ['part of a key', 'SELECT DISTINCT part FROM u'],
    ['a key that tables below it do not share', 'SELECT DISTINCT id, x FROM parent'],
    ['a function that may give several rows', 'SELECT DISTINCT id, generate_series(1, a) FROM t'],
    ['a part of the group', 'SELECT DISTINCT count(*) FROM t GROUP BY a'],
    ['grouping sets', 'SELECT DISTINCT a FROM t GROUP BY GROUPING SETS ((a), (a))'],
    ['DISTINCT ON', 'SELECT DISTINCT ON (id) id, a FROM t'],
    [
      'the condition of an outer join says nothing of the side that it keeps',
      'SELECT DISTINCT u.id FROM t LEFT JOIN u ON t.id = 3 AND u.id = 4',
    ],
    [
      'integers that one float equals',
      'SELECT DISTINCT floats.f, floats.v FROM floats JOIN wide ON wide.b = floats.f',
    ],
  ],
  reveals: [
    [
      'rows that a join multiplies',
      'SELECT DISTINCT t.id, t.a FROM t JOIN u ON u.t_id = t.id',
      'SELECT t.id, t.a FROM t JOIN u ON u.t_id = t.id',
    ],
    ['NULL in a key', 'SELECT DISTINCT code FROM u', 'SELECT code FROM u'],
    ['a table that inherits', 'SELECT DISTINCT id, x FROM parent', 'SELECT id, x FROM parent'],
    [
      'integers that one float equals',
      'SELECT DISTINCT floats.f, floats.v FROM floats JOIN wide ON wide.b = floats.f',
      'SELECT floats.f, floats.v FROM floats JOIN wide ON wide.b = floats.f',
    ],
    [
      'the side that an outer join keeps',
      'SELECT DISTINCT u.id FROM t LEFT JOIN u ON t.id = 3 AND u.id = 4',
      'SELECT u.id FROM t LEFT JOIN u ON t.id = 3 AND u.id = 4',
    ],
  ],
});

describeEquivalence(unionToUnionAll, SCHEMA, {
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
  ],
});
