import { beforeAll, describe, expect, test } from 'vitest';
import type { RelationFacts, ResolvedRelation } from '../facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { meaningOf } from './meaning.ts';
import { columnFacts, indexFacts, relationFacts } from '../../test/support/facts.ts';

beforeAll(() => loadParser());

/** `id` is the primary key, `(region, code)` is unique, and of `email`, which is unique too, there may be no value. */
function relation(table: string, more: Partial<RelationFacts> = {}): ResolvedRelation {
  const index = (...columns: string[]) => indexFacts(columns.join('_'), columns, { unique: true });
  const facts = relationFacts(table, {
    columns: ['id', 'region', 'code', 'email', 'at'].map((name) =>
      columnFacts(name, { notNull: name !== 'email' }),
    ),
    indexes: [index('id'), index('region', 'code'), index('email')],
    ...more,
  });
  return { reference: { schema: null, name: table }, relation: facts };
}

const RELATIONS = [relation('t'), relation('u'), relation('inherited', { inherited: true })];

function read(sql: string) {
  return meaningOf(parseStatements(sql)[0]!.tree, RELATIONS);
}

describe('the order of all rows is fixed', () => {
  test.each([
    'SELECT * FROM t ORDER BY at, id',
    'SELECT * FROM t ORDER BY code, region DESC',
    'SELECT * FROM ONLY inherited ORDER BY id',
    'SELECT email, id AS x FROM t ORDER BY x',
    'SELECT email, id FROM t ORDER BY 2',
    'SELECT t.email FROM t JOIN u ON u.email = t.email ORDER BY t.id, u.id',
    'SELECT region, count(*) FROM t GROUP BY region ORDER BY region',
    'SELECT DISTINCT region FROM t ORDER BY region',
    'SELECT at FROM t ORDER BY at LIMIT 3',
    'SELECT * FROM t WHERE id = $1 LIMIT 1',
    `SELECT * FROM t WHERE region = 'a' ORDER BY code LIMIT 1`,
    'SELECT DISTINCT ON (region) region, id, at FROM t ORDER BY region, at DESC, id',
    'SELECT * FROM (SELECT id AS x, at FROM t) s ORDER BY x',
    'WITH s AS (SELECT region, max(at) AS latest FROM t GROUP BY region) SELECT latest FROM s ORDER BY region LIMIT 5',
  ])('%s', (sql) => {
    expect(read(sql)).toEqual({ arbitrary: [], choosesAmongTies: false, ordersTotally: true });
  });
});

describe('which rows come is left open among those equal in the ORDER BY', () => {
  test.each([
    'SELECT * FROM t LIMIT 5',
    'SELECT * FROM t ORDER BY at LIMIT 5',
    'SELECT * FROM t ORDER BY email LIMIT 5',
    'SELECT * FROM t ORDER BY code OFFSET 5',
    'SELECT t.id FROM t JOIN u ON u.email = t.email ORDER BY t.id, t.at LIMIT 5'.replace(
      'SELECT t.id',
      'SELECT t.id, u.id',
    ),
    'SELECT DISTINCT ON (region) region, id FROM t ORDER BY region, at DESC',
    'SELECT id FROM t UNION ALL SELECT id FROM u ORDER BY id LIMIT 5',
  ])('%s', (sql) => {
    expect(read(sql)).toMatchObject({ arbitrary: [], choosesAmongTies: true, ordersTotally: false });
  });
});

describe('all rows are fixed, their order is not', () => {
  test.each([
    'SELECT * FROM t',
    'SELECT * FROM inherited ORDER BY id',
    'SELECT * FROM t ORDER BY email',
    'SELECT * FROM t WHERE EXISTS (SELECT FROM u WHERE u.id = t.id LIMIT 1)',
    'SELECT (SELECT max(at) FROM u LIMIT 1) FROM t',
    'SELECT t.*, l.at FROM t, LATERAL (SELECT id, at FROM u WHERE u.email = t.email ORDER BY at, id LIMIT 1) l',
    'SELECT id, rank() OVER (ORDER BY at), sum(id) OVER (PARTITION BY region ORDER BY at) FROM t',
    'SELECT id, row_number() OVER (PARTITION BY region ORDER BY at, id) FROM t',
    'SELECT id, lag(at) OVER w FROM t WINDOW w AS (PARTITION BY region ORDER BY code)',
    'SELECT string_agg(email, $1 ORDER BY id) FROM t',
    `SELECT region, array_agg(at ORDER BY code) FROM t GROUP BY region`,
    `SELECT string_agg(email, ',' ORDER BY email) FROM t`,
    'SELECT at FROM t ORDER BY at FETCH FIRST 3 ROWS WITH TIES'.replace('SELECT at', 'SELECT id, at'),
  ])('%s', (sql) => {
    expect(read(sql)).toEqual({ arbitrary: [], choosesAmongTies: false, ordersTotally: false });
  });
});

describe('the result is left open', () => {
  test.each([
    ['SELECT id, row_number() OVER (ORDER BY at) FROM t', /row_number\(\) over a window/],
    ['SELECT id, first_value(id) OVER (PARTITION BY region ORDER BY at) FROM t', /first_value/],
    ['SELECT id, sum(id) OVER (ORDER BY at ROWS UNBOUNDED PRECEDING) FROM t', /sum\(\) over a window/],
    ['SELECT id, lag(at) OVER w FROM t WINDOW w AS (PARTITION BY region ORDER BY at)', /lag/],
    ['SELECT array_agg(email) FROM t', /array_agg/],
    ['SELECT * FROM t TABLESAMPLE SYSTEM (10)', /TABLESAMPLE/],
    ['SELECT * FROM t, LATERAL (SELECT id FROM u WHERE u.at = t.at ORDER BY at LIMIT 1) l', /LIMIT/],
    ['WITH s AS (SELECT * FROM t LIMIT 3) SELECT count(*) FROM s', /LIMIT/],
    ['SELECT id FROM t WHERE id IN (SELECT id FROM u LIMIT 3)', /LIMIT/],
    ['(SELECT id FROM t LIMIT 3) UNION ALL SELECT id FROM u', /LIMIT/],
  ])('%s', (sql, reason) => {
    const { arbitrary } = read(sql);
    expect(arbitrary).toEqual([expect.stringMatching(reason)]);
  });
});
