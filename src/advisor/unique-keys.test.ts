import { describe, expect, test } from 'vitest';
import { columnFacts, indexFacts, indexKey, relationFacts } from '../../test/support/facts.ts';
import type { IndexFacts, RelationFacts } from '../facts.ts';
import { uniqueKeys } from './unique-keys.ts';

const key = (columns: readonly string[], more: Partial<IndexFacts> = {}) =>
  indexFacts('key', columns, { unique: true, ...more });
const keysOf = (index: IndexFacts, more: Partial<RelationFacts> = {}, only = false) =>
  uniqueKeys(
    relationFacts('orders', {
      columns: [columnFacts('id'), columnFacts('line'), columnFacts('code', { notNull: false })],
      indexes: [index],
      ...more,
    }),
    only,
  );

test('what a unique index over columns without NULL guarantees', () => {
  expect(keysOf(key(['id', 'line']))).toEqual([['id', 'line']]);
});

describe('no two rows are told apart by', () => {
  test.each<[why: string, index: IndexFacts]>([
    ['an index that is not unique', key(['id'], { unique: false })],
    ['one that may be broken until the transaction ends', key(['id'], { immediate: false })],
    ['one that is not valid', key(['id'], { valid: false })],
    ['one of some rows', key(['id'], { predicate: '(line > 5)' })],
    ['one with a column that may be NULL', key(['id', 'code'])],
    ['one with an expression', key([], { keys: [indexKey(null, { expression: 'lower(code)' })] })],
    [
      'one whose operators may take other values for equal',
      key([], { keys: [indexKey('id', { defaultOperators: false })] }),
    ],
  ])('%s', (_, index) => {
    expect(keysOf(index)).toEqual([]);
  });

  test('the index of a table that others inherit from, unless they are left out', () => {
    expect(keysOf(key(['id']), { inherited: true })).toEqual([]);
    expect(keysOf(key(['id']), { inherited: true }, true)).toEqual([['id']]);
    expect(keysOf(key(['id']), { inherited: true, kind: 'partitioned-table' })).toEqual([['id']]);
  });

  test('what is said of a foreign table, which nobody enforces', () => {
    expect(keysOf(key(['id']), { kind: 'foreign-table' })).toEqual([]);
  });
});
