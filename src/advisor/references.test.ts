import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { relationReferences } from './references.ts';

beforeAll(loadParser);

function references(sql: string): string[] {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error('no statement');
  return relationReferences(statement.tree).map(({ schema, name }) =>
    schema === null ? name : `${schema}.${name}`,
  );
}

describe('relationReferences', () => {
  test.each([
    ['joins and repeated names', 'SELECT * FROM a JOIN s.a b ON true, a c', ['a', 's.a']],
    ['quoted names as they are', 'SELECT * FROM "Order Lines"', ['Order Lines']],
    [
      'every kind of subquery',
      'SELECT (SELECT 1 FROM a), ARRAY(SELECT 1 FROM b) FROM (SELECT * FROM c) x WHERE EXISTS (SELECT FROM d) OR y IN (TABLE e) ORDER BY (SELECT 1 FROM f)',
      ['a', 'b', 'c', 'd', 'e', 'f'],
    ],
    [
      'set operations to any depth',
      'SELECT 1 FROM a UNION (SELECT 2 FROM b EXCEPT SELECT 3 FROM c) ORDER BY 1',
      ['a', 'b', 'c'],
    ],
    [
      'functions in FROM with subqueries',
      'SELECT * FROM generate_series(1, (SELECT max(id) FROM a)) g',
      ['a'],
    ],
    ['a sampled table', 'SELECT * FROM a TABLESAMPLE system (1)', ['a']],
    ['no CTE', 'WITH w AS (SELECT * FROM a) SELECT * FROM w, b', ['a', 'b']],
    [
      'a table of the same name as a CTE, with its schema',
      'WITH w AS (SELECT 1) SELECT * FROM w, public.w',
      ['public.w'],
    ],
    [
      'a table that an earlier CTE reads before a later one takes its name',
      'WITH w AS (SELECT * FROM v), v AS (SELECT 1) SELECT * FROM w, v',
      ['v'],
    ],
    [
      'nothing where RECURSIVE lets CTEs see each other',
      'WITH RECURSIVE w AS (SELECT * FROM v), v AS (SELECT 1) SELECT * FROM w',
      [],
    ],
    [
      'the table that a CTE shadows only elsewhere',
      'SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) x, a',
      ['a'],
    ],
    [
      'a table that the non-recursive CTE of its own name reads',
      'WITH a AS (SELECT * FROM a) SELECT * FROM a',
      ['a'],
    ],
    ['an outer CTE inside a subquery', 'WITH a AS (SELECT 1) SELECT (SELECT 1 FROM a, b)', ['b']],
    [
      'a CTE inside the arm of a union',
      'SELECT 1 UNION (WITH c AS (SELECT 1 FROM a) SELECT * FROM c, d)',
      ['a', 'd'],
    ],
  ])('finds %s', (_, sql, expected) => {
    expect(references(sql).toSorted()).toEqual(expected.toSorted());
  });

  test('takes a chain of thousands of unions', () => {
    const arms = Array.from({ length: 3000 }, (_, at) => `SELECT id FROM t${at % 7}`);
    expect(references(arms.join(' UNION ALL '))).toHaveLength(7);
  });
});
