import type { Node } from '@pgsql/types';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLASSED_STATEMENTS } from '../../test/fixtures/gate-statements.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { nodesNamed } from '../sql/walk.ts';
import { renderStatement } from './render.ts';

beforeAll(loadParser);

const tree = (sql: string): Node => {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error(`no statement: ${sql}`);
  return statement.tree;
};

/** The text of one statement that is to say what another one says. */
const render = (sql: string, wanted: string) => renderStatement({ sql }, tree(wanted));

const QUERY = `SELECT o.id, -- the number
       o."Total" AS total  /* in cents */
  FROM shop.orders AS o
  JOIN customers c ON c.id = o.customer_id
 WHERE date(o.created_at) = '2024-03-31' -- the day
   AND o.note = E'it\\'s' AND ((o.state = 'new')
    OR o.state = $1)
 ORDER BY o.created_at DESC NULLS LAST, o.id
 LIMIT 10`;

describe('what is replaced in a text', () => {
  test.each(CLASSED_STATEMENTS.map(({ sql }) => sql))('nothing, where nothing differs: %s', (sql) => {
    expect(renderStatement({ sql }, tree(sql))).toBe(sql);
  });

  test.each([
    ['a condition', "date(o.created_at) = '2024-03-31'", "o.created_at >= '2024-03-31'"],
    [
      'a condition by two',
      "date(o.created_at) = '2024-03-31'",
      "o.created_at >= '2024-03-31' AND o.created_at < '2024-04-01'",
    ],
    [
      'a condition by one with OR',
      "date(o.created_at) = '2024-03-31'",
      "(o.created_at = '2024-03-31' OR o.created_at IS NULL)",
    ],
    ['a constant', "'2024-03-31'", "'2024-04-01'"],
    ['a condition inside brackets', "o.state = 'new'", 'o.state IS NULL'],
    ['an escape string', "E'it\\'s'", "'its'"],
    ['a parameter', '$1', '$2'],
    ['a sort key', 'o.created_at DESC NULLS LAST', 'o.created_at DESC'],
    ['a join condition', 'c.id = o.customer_id', 'c.id = (o.customer_id + 1)'],
    ['the limit', 'LIMIT 10', 'LIMIT 20'],
    ['DISTINCT added', 'SELECT o.id', 'SELECT DISTINCT o.id'],
    ['the list of tables', 'shop.orders AS o', 'shop.orders AS o CROSS JOIN b'],
  ])('%s', (_, from, to) => {
    expect(QUERY.split(from)).toHaveLength(2);
    const wanted = QUERY.replace(from, to);
    expect(render(QUERY, wanted)).toBe(wanted);
  });

  test.each([
    ['SELECT DISTINCT  a, b -- c\nFROM t', 'SELECT a, b FROM t', 'SELECT  a, b -- c\nFROM t'],
    ['SELECT DISTINCT ON (a)  a, b FROM t', 'SELECT a, b FROM t', 'SELECT  a, b FROM t'],
    [
      'SELECT a FROM t -- c\nORDER BY a',
      'SELECT a FROM t WHERE b ORDER BY a',
      'SELECT a FROM t WHERE b -- c\nORDER BY a',
    ],
    ['SELECT a FROM t  WHERE b  ORDER BY a', 'SELECT a FROM t ORDER BY a', 'SELECT a FROM t  ORDER BY a'],
    ['SELECT 1  UNION  SELECT 2 -- c', 'SELECT 1 UNION ALL SELECT 2', 'SELECT 1  UNION ALL  SELECT 2 -- c'],
    [
      'SELECT 1 UNION SELECT 2 UNION SELECT 3',
      '(SELECT 1 UNION SELECT 2) UNION ALL SELECT 3',
      'SELECT 1 UNION SELECT 2 UNION ALL SELECT 3',
    ],
    [
      'SELECT 1 UNION (SELECT  2 UNION SELECT 3)',
      'SELECT 1 UNION (SELECT 2 UNION ALL SELECT 3)',
      'SELECT 1 UNION (SELECT  2 UNION ALL SELECT 3)',
    ],
    [
      'WITH x AS  MATERIALIZED ( SELECT 1 ) SELECT  * FROM x',
      'WITH x AS NOT MATERIALIZED (SELECT 1) SELECT * FROM x',
      'WITH x AS NOT MATERIALIZED ( SELECT 1 ) SELECT  * FROM x',
    ],
    [
      'WITH x (a) AS  ( SELECT 1 ) SELECT  * FROM x',
      'WITH x (a) AS MATERIALIZED (SELECT 1) SELECT * FROM x',
      'WITH x (a) AS MATERIALIZED  ( SELECT 1 ) SELECT  * FROM x',
    ],
    [
      'SELECT * FROM t WHERE NOT  a = 1',
      'SELECT * FROM t WHERE NOT (a = 1 OR b)',
      'SELECT * FROM t WHERE NOT  (a = 1 OR b)',
    ],
    [
      'SELECT * FROM t WHERE a   AND b   AND c',
      'SELECT * FROM t WHERE a AND c',
      'SELECT * FROM t WHERE a   AND c',
    ],
    [
      'SELECT * FROM t WHERE a   AND b',
      'SELECT * FROM t WHERE a AND b AND c',
      'SELECT * FROM t WHERE a   AND b AND c',
    ],
    [
      'SELECT * FROM t WHERE (a   OR b)  AND c',
      'SELECT * FROM t WHERE (a OR b) AND d AND c',
      'SELECT * FROM t WHERE (a   OR b) AND d  AND c',
    ],
    [
      'SELECT  (SELECT max(x)  FROM u WHERE a = 1) FROM t',
      'SELECT (SELECT max(x) FROM u WHERE a = 2) FROM t',
      'SELECT  (SELECT max(x)  FROM u WHERE a = 2) FROM t',
    ],
    [
      'SELECT  a FROM t WHERE x IN (SELECT  y FROM u WHERE q)',
      'SELECT a FROM t WHERE x IN (SELECT y FROM u)',
      'SELECT  a FROM t WHERE x IN (SELECT  y FROM u)',
    ],
    [
      "SELECT 'ä€😀',  a FROM t WHERE  'ß' = b",
      "SELECT 'ä€😀', a FROM t WHERE 'x' = b",
      "SELECT 'ä€😀',  a FROM t WHERE  'x' = b",
    ],
    [
      'UPDATE  t SET a = 1  WHERE b = 2',
      'UPDATE t SET a = 1 WHERE b = 3',
      'UPDATE  t SET a = 1  WHERE b = 3',
    ],
    [
      'DELETE  FROM t WHERE a OPERATOR(pg_catalog.=)  2',
      'DELETE FROM t WHERE a = 2',
      'DELETE  FROM t WHERE a = 2',
    ],
    [
      'SELECT  a FROM t, (SELECT DISTINCT  b FROM u) v',
      'SELECT a FROM t, (SELECT b FROM u) v',
      'SELECT  a FROM t, (SELECT  b FROM u) v',
    ],
    [
      'SELECT  count(*) FILTER (WHERE a IS DISTINCT FROM b) FROM t WHERE c',
      'SELECT count(*) FILTER (WHERE a IS DISTINCT FROM b) FROM t',
      'SELECT  count(*) FILTER (WHERE a IS DISTINCT FROM b) FROM t',
    ],
  ])('%s', (sql, wanted, expected) => {
    expect(render(sql, wanted)).toBe(expected);
  });

  test('of a query with a comment in a replaced part, nothing outside of that part', () => {
    expect(render('SELECT a FROM t WHERE a = /* one */ 1 -- end', 'SELECT a FROM t WHERE a IS NULL')).toBe(
      'SELECT a FROM t WHERE a IS NULL -- end',
    );
  });

  test('everything, where the statements have nothing in common', () => {
    expect(render('SELECT 1', 'VALUES (1)')).toBe('VALUES (1)');
  });
});

describe('whatever is replaced, the text says what is wanted', () => {
  const selects = CLASSED_STATEMENTS.map(({ sql }) => sql).filter((sql) =>
    /^(?:\(*SELECT|WITH|INSERT)/.test(sql),
  );
  test.each(selects)('one more condition: %s', (sql) => {
    const wanted = structuredClone(tree(sql));
    for (const select of nodesNamed(wanted, 'SelectStmt')) {
      if (select.fromClause === undefined) continue;
      const added: Node = { A_Const: { boolval: { boolval: true } } };
      select.whereClause =
        select.whereClause === undefined
          ? added
          : { BoolExpr: { boolop: 'AND_EXPR', args: [select.whereClause, added] } };
    }
    const text = renderStatement({ sql }, wanted);
    if (text === null) throw new Error('no text');
    const without = text.replaceAll(/ (?:AND|WHERE) true/g, '');
    expect(without).toBe(sql);
  });
});
