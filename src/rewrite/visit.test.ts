import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { boolean } from './nodes.ts';
import type { Column } from './scope.ts';
import { columnOfNode } from './scope.ts';
import { visitStatement } from './visit.ts';

beforeAll(loadParser);

const relations = ['a', 'b'].map((name) => ({
  reference: { schema: null, name },
  relation: relationFacts(name, {
    columns: [columnFacts('id'), columnFacts('x', { notNull: false }), columnFacts(`${name}_only`)],
  }),
}));

/** `a.id` where it is never NULL, `a.id?` where it may be, `-` where it cannot be told: of each `… = 1` that is found. */
function columnsIn(sql: string): string[] {
  const found: string[] = [];
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error(sql);
  visitStatement(
    { tree: statement.tree, relations },
    {
      condition(condition, { scope, filters }) {
        if (!('A_Expr' in condition)) return null;
        found.push(
          `${shown(columnOfNode(condition.A_Expr.lexpr, scope))}${filters ? '' : ' (unknown counts)'}`,
        );
        return null;
      },
    },
  );
  return found;
}

const shown = (column: Column | null): string =>
  column === null ? '-' : `${column.relation.name}.${column.facts.name}${column.notNull ? '' : '?'}`;

describe('where a column leads, and whether it may be NULL there', () => {
  test.each([
    ['SELECT FROM a WHERE id = 1 AND x = 1', ['a.id', 'a.x?']],
    ['SELECT FROM a s WHERE s.id = 1 AND a.id = 1', ['a.id', '-']],
    ['SELECT FROM shop.a WHERE id = 1', ['-']],
    ['SELECT FROM a, b WHERE id = 1 AND b_only = 1', ['-', 'b.b_only']],
    ['SELECT FROM a LEFT JOIN b ON b.id = 1 WHERE b.id = 1 AND a.id = 1', ['b.id', 'b.id?', 'a.id']],
    ['SELECT FROM a RIGHT JOIN b ON b.id = 1 WHERE b.id = 1 AND a.id = 1', ['b.id', 'b.id', 'a.id?']],
    ['SELECT FROM a FULL JOIN b ON b.id = 1 WHERE b.id = 1 AND a.id = 1', ['b.id', 'b.id?', 'a.id?']],
    [
      'SELECT FROM a LEFT JOIN (b s JOIN b t ON s.id = 1) ON t.id = 1 WHERE s.id = 1',
      ['b.id', 'b.id', 'b.id?'],
    ],
    ['SELECT FROM a JOIN b USING (id) WHERE id = 1 AND b_only = 1', ['-', 'b.b_only']],
    ['SELECT FROM a WHERE NOT (id = 1 OR id = 2)', ['a.id (unknown counts)', 'a.id (unknown counts)']],
    ['SELECT FROM a WHERE EXISTS (SELECT FROM b WHERE a_only = 1 AND b.x = 2)', ['a.a_only', 'b.x?']],
    ['SELECT (SELECT 1 FROM b WHERE b.id = 1) FROM a', ['b.id']],
    ['SELECT FROM (SELECT id AS k, x + 1 AS y FROM a) d WHERE k = 1 AND y = 1', ['a.id', '-']],
    [
      'SELECT FROM (SELECT * FROM a LEFT JOIN b ON true) d WHERE a_only = 1 AND b_only = 1 AND id = 1',
      ['a.a_only', 'b.b_only?', '-'],
    ],
    ['SELECT FROM (SELECT * FROM a, b) d (k, l) WHERE k = 1', ['-']],
    ['SELECT FROM (SELECT id FROM a GROUP BY ROLLUP (id)) d WHERE id = 1', ['a.id?']],
    ['WITH a AS (SELECT b_only AS id FROM b WHERE id = 1) SELECT FROM a WHERE id = 1', ['b.id', 'b.b_only']],
    ['WITH c (k) AS (SELECT id FROM a) SELECT FROM c WHERE k = 1', ['a.id']],
    [
      'WITH RECURSIVE c AS (SELECT id FROM a UNION SELECT id FROM c WHERE id = 1) SELECT FROM c WHERE id = 1',
      ['-', '-'],
    ],
    ['SELECT FROM a UNION ALL SELECT FROM b WHERE x = 1', ['b.x?']],
    ['SELECT FROM a, LATERAL (SELECT FROM b WHERE a_only = 1) l', ['a.a_only']],
    ['SELECT FROM a, (SELECT FROM b WHERE a_only = 1) l', ['-']],
    ['SELECT FROM a, generate_series(1, 2) g WHERE g = 1 AND a_only = 1', ['-', 'a.a_only']],
    ['SELECT FROM a TABLESAMPLE system (1) WHERE id = 1', ['a.id']],
    ['UPDATE a SET x = 1 FROM b WHERE b.id = 1 AND a.x = 1', ['b.id', 'a.x?']],
    ['DELETE FROM a USING b WHERE b.id = 1 AND a.x = 1', ['b.id', 'a.x?']],
    ['INSERT INTO a SELECT FROM b WHERE b.id = 1', ['b.id']],
  ])('%s', (sql, expected) => {
    expect(columnsIn(sql)).toEqual(expected);
  });

  test('a table from which others inherit has a NOT NULL that holds for itself alone', () => {
    const [first] = relations;
    const inherited = [{ ...first!, relation: { ...first!.relation, inherited: true } }];
    const of = (sql: string) => {
      let notNull: boolean | undefined;
      const [statement] = parseStatements(sql);
      visitStatement(
        { tree: statement!.tree, relations: inherited },
        {
          select(_, scope) {
            notNull = columnOfNode({ ColumnRef: { fields: [{ String: { sval: 'id' } }] } }, scope)?.notNull;
            return null;
          },
        },
      );
      return notNull;
    };
    expect(of('SELECT FROM a')).toBe(false);
    expect(of('SELECT FROM ONLY a')).toBe(true);
  });
});

describe('what a visitor replaced', () => {
  test('everything else are the very same nodes', () => {
    const { tree } = parseStatements(
      'SELECT id FROM a WHERE x = 1 AND EXISTS (SELECT FROM b WHERE id = 2)',
    )[0]!;
    expect(visitStatement({ tree, relations }, {})).toEqual(tree);
    const changed = visitStatement(
      { tree, relations },
      {
        condition: (condition) =>
          'A_Expr' in condition && JSON.stringify(condition).includes('"ival":2') ? boolean(true) : null,
      },
    );
    if (!('SelectStmt' in tree) || !('SelectStmt' in changed)) throw new Error('no SELECT');
    expect(changed.SelectStmt.targetList).toBe(tree.SelectStmt.targetList);
    expect(changed.SelectStmt.fromClause).toBe(tree.SelectStmt.fromClause);
    expect(changed.SelectStmt.whereClause).not.toEqual(tree.SelectStmt.whereClause);
  });
});
