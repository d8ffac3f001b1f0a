import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatements } from './parse.ts';
import { nodesNamed } from './walk.ts';

beforeAll(loadParser);

const tree = (sql: string) => parseStatements(sql)[0]?.tree;

describe('nodesNamed', () => {
  test('finds the arms of a UNION, which the parser leaves unwrapped', () => {
    expect(nodesNamed(tree('SELECT 1 UNION (SELECT 2 EXCEPT SELECT 3)'), 'SelectStmt')).toHaveLength(5);
  });

  test('tells a join from a set operation, though both have a left and a right arm', () => {
    const join = tree('SELECT * FROM a JOIN b ON true');
    expect(nodesNamed(join, 'SelectStmt')).toHaveLength(1);
    expect(nodesNamed(join, 'RangeVar').map(({ relname }) => relname)).toEqual(['a', 'b']);
  });

  test('finds types, windows and WITH clauses, which are unwrapped too', () => {
    const all = tree('WITH w AS (SELECT 1) SELECT a::int, sum(b) OVER (PARTITION BY c) FROM w');
    expect(nodesNamed(all, 'TypeName')).toHaveLength(1);
    expect(nodesNamed(all, 'WindowDef')).toHaveLength(1);
    expect(nodesNamed(all, 'WithClause')).toHaveLength(1);
  });

  test('goes as deep as the parser does', () => {
    const chain = `SELECT ${Array.from({ length: 2000 }, (_, at) => `$${at + 1}`).join(' + ')}`;
    expect(nodesNamed(tree(chain), 'ParamRef')).toHaveLength(2000);
  });
});
