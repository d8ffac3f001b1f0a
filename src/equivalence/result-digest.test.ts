import { describe, expect, test } from 'vitest';
import { createResultDigest, createRowsDifference, differenceOf, type ResultForm } from './result-digest.ts';

type Rows = (string | null)[][];

function digest(rows: Rows, form: Partial<ResultForm> = {}) {
  const made = createResultDigest({ sortKeys: null, inexact: [], ...form });
  for (const row of rows) made.add(row);
  return made.result();
}

describe('two results', () => {
  const rows: Rows = [
    ['1', 'a'],
    ['2', null],
    ['2', 'b'],
  ];
  const otherTies: Rows = [
    ['1', 'a'],
    ['2', 'b'],
    ['2', null],
  ];
  const otherOrder: Rows = [
    ['2', null],
    ['1', 'a'],
    ['2', 'b'],
  ];

  test.each<
    [what: string, other: Rows, multiset: string | null, keys: string | null, sequence: string | null]
  >([
    ['equal', rows, null, null, null],
    ['ties in another order', otherTies, null, null, 'rows in another order'],
    ['another order', otherOrder, null, 'rows in another order', 'rows in another order'],
    [
      'an empty text for NULL',
      [
        ['1', 'a'],
        ['2', ''],
        ['2', 'b'],
      ],
      'other rows',
      null,
      'other rows',
    ],
    [
      'a row twice',
      [...rows, ['1', 'a']],
      '4 rows instead of 3',
      '4 rows instead of 3',
      '4 rows instead of 3',
    ],
  ])('%s', (_, other, multiset, keys, sequence) => {
    const compare = (form: Partial<ResultForm>, strictness: 'multiset' | 'sort-keys' | 'sequence') =>
      differenceOf(digest(other === rows ? other : rows, form), digest(other, form), strictness);
    expect(compare({}, 'multiset')).toBe(multiset);
    expect(compare({ sortKeys: [0] }, 'sort-keys')).toBe(keys);
    expect(compare({ sortKeys: [0] }, 'sequence')).toBe(sequence);
  });

  test('floating-point sums may differ in their last digits, and nothing else may', () => {
    const difference = (one: string, other: string, inexact: readonly number[]) =>
      differenceOf(digest([['x', one]], { inexact }), digest([['x', other]], { inexact }), 'multiset');
    expect(difference('0.30000000000000004', '0.3', [])).toBe('other rows');
    expect(difference('0.30000000000000004', '0.3', [1])).toBeNull();
    expect(difference('0.3000001', '0.3', [1])).toBe('other rows');
    expect(difference('NaN', '0.3', [1])).toBe('other rows');
  });

  test('rows that only one has are told apart, duplicates too', () => {
    const rowsDifference = createRowsDifference([]);
    for (const row of [['1'], ['2'], ['2'], [null]]) rowsDifference.addToFirst(row);
    for (const row of [['2'], ['3'], [null]]) rowsDifference.addToSecond(row);
    expect(rowsDifference.onlyInFirst(5)).toEqual([['1'], ['2']]);
    expect(rowsDifference.onlyInFirst(1)).toEqual([['1']]);
    expect(rowsDifference.onlyInSecond(5)).toEqual([['3']]);
  });
});
