import { distinctOnKey as rule } from '../../../src/rewrite/rules/distinct-on-key.ts';
import { KEYS } from '../data/keys.ts';
import type { RuleCases } from '../rule-cases.ts';

export const distinctOnKey: RuleCases = {
  rule,
  data: KEYS,
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
    ['values that may repeat within a group', 'SELECT DISTINCT a, unnest(ARRAY[1, 1]) FROM t GROUP BY a'],
    [
      'a constant that several integers equal',
      'SELECT DISTINCT floats.f FROM floats, wide WHERE wide.b = 9007199254740992::float8',
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
      'SELECT DISTINCT u.id FROM t LEFT JOIN u ON u.id = t.id',
      'SELECT u.id FROM t LEFT JOIN u ON u.id = t.id',
    ],
    [
      'a constant that several integers equal',
      'SELECT DISTINCT floats.f FROM floats, wide WHERE wide.b = 9007199254740992::float8',
      'SELECT floats.f FROM floats, wide WHERE wide.b = 9007199254740992::float8',
    ],
  ],
};
