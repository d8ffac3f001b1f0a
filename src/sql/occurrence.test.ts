import { beforeAll, describe, expect, test } from 'vitest';
import { valuesIn } from './occurrence.ts';
import { loadParser, parseStatements } from './parse.ts';

beforeAll(loadParser);

function values(
  asked: string,
  other: string,
  given: readonly (string | null | undefined)[] = [],
): unknown[] | null {
  const [one, two] = [parseStatements(asked)[0], parseStatements(other)[0]];
  if (one === undefined || two === undefined) throw new Error('no statement');
  return valuesIn(one.tree, two.tree, given);
}

const BY_STATE = 'SELECT id FROM orders WHERE state = $1 AND total > $2 LIMIT $3';

describe('the values of a statement', () => {
  test.for<[other: string, given: readonly (string | null)[], found: readonly unknown[]]>([
    ["select id from orders where state='new' and total > -5.50 limit 20", [], ['new', '-5.50', 20]],
    [
      'SELECT id /* list */ FROM orders WHERE state = $1 AND total > $2 LIMIT $3',
      ['a', null, '7'],
      ['a', null, '7'],
    ],
    ['SELECT id FROM orders WHERE state = $2 AND total > 0 LIMIT $1', ['9', "O'Brien"], ["O'Brien", 0, '9']],
    [
      "SELECT id FROM orders WHERE state = ('new'::text) AND total > '1'::numeric LIMIT 5",
      [],
      ['new', '1', 5],
    ],
    ['SELECT id FROM orders WHERE state = NULL AND total > true LIMIT ALL', [], [null, true, null]],
  ])('%s', ([other, given, found]) => {
    expect(values(BY_STATE, other, given)).toEqual(found);
  });

  test('lists are arrays, however they are written', () => {
    const asked = 'SELECT 1 FROM t WHERE a = ANY ($1) AND b <> ALL ($2)';
    expect(values(asked, "SELECT 1 FROM t WHERE a IN (1, -2) AND b NOT IN ('x')")).toEqual([[1, -2], ['x']]);
    expect(values(asked, "SELECT 1 FROM t WHERE a = ANY (ARRAY[3]) AND b <> ALL ('{4}'::int[])")).toEqual([
      [3],
      '{4}',
    ]);
    expect(values(asked, 'SELECT 1 FROM t WHERE a = ANY ($1) AND b <> ALL ($2)', ['{1,2}', '{}'])).toEqual([
      '{1,2}',
      '{}',
    ]);
  });

  test('one that stands twice has one value', () => {
    const asked = 'SELECT 1 FROM t WHERE a = $1 OR b = $1';
    expect(values(asked, 'SELECT 1 FROM t WHERE a = 5 OR b = 5')).toEqual([5]);
    expect(values(asked, 'SELECT 1 FROM t WHERE a = 5 OR b = 6')).toBeNull();
  });
});

describe('another statement has none', () => {
  test.for<[other: string, given?: readonly (string | undefined)[]]>([
    ["SELECT id FROM orders WHERE state = 'new' AND total > 5"],
    ["SELECT id FROM orders WHERE state = 'new' AND total >= 5 LIMIT 1"],
    ["SELECT id, total FROM orders WHERE state = 'new' AND total > 5 LIMIT 1"],
    ["SELECT id FROM parcels WHERE state = 'new' AND total > 5 LIMIT 1"],
    ["SELECT id FROM orders WHERE state = lower('new') AND total > 5 LIMIT 1"],
    ['SELECT id FROM orders WHERE state = $1 AND total > 5 LIMIT 1', [undefined]],
    ['SELECT id FROM orders WHERE state = $1 AND total > 5 LIMIT 1'],
    ["SELECT id FROM orders WHERE state = b'101' AND total > 5 LIMIT 1"],
    ['DELETE FROM orders'],
  ])('%s', ([other, given = []]) => {
    expect(values(BY_STATE, other, given)).toBeNull();
  });

  test('where a constant of its own is another', () => {
    const asked = "SELECT 1 FROM t WHERE kind = 'a' AND id = $1";
    expect(values(asked, "SELECT 1 FROM t WHERE kind = 'a' AND id = 5")).toEqual([5]);
    expect(values(asked, "SELECT 1 FROM t WHERE kind = 'b' AND id = 5")).toBeNull();
  });
});

test('a long condition does not exhaust the stack', () => {
  const asked = `SELECT 1 FROM t WHERE a = $1 ${'OR a = 1 '.repeat(3_000)}`;
  expect(values(asked, asked.replace('$1', '5'))).toEqual([5]);
});
