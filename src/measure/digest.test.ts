import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRows, createRowsDigest, type RowsDigest } from './digest.ts';

type Row = readonly (string | null)[];

function digestOf(...rows: readonly Row[]): RowsDigest {
  const digest = createRowsDigest();
  for (const row of rows) digest.add(row);
  return digest.result();
}

const rowsOf = fc.array(fc.array(fc.option(fc.string(), { nil: null }), { minLength: 1, maxLength: 3 }));

describe('a digest', () => {
  test('of the same rows in another order: the same multiset, another sequence', () => {
    const [one, other] = [digestOf(['a'], ['b']), digestOf(['b'], ['a'])];
    expect(one.multiset).toBe(other.multiset);
    expect(one.sequence).not.toBe(other.sequence);
  });

  test('counts duplicates', () => {
    // A digest by XOR would take each of these for the next.
    const digests = [digestOf(), digestOf(['a'], ['a']), digestOf(['a'], ['a'], ['a'], ['a'])];
    expect(new Set(digests.map(({ multiset }) => multiset)).size).toBe(3);
    expect(digests.map(({ rows }) => rows)).toEqual([0, 2, 4]);
    expect(digestOf(['a'], ['a'], ['b']).multiset).not.toBe(digestOf(['a'], ['b'], ['b']).multiset);
  });

  test.each<[string, Row, Row]>([
    ['NULL and the text null', [null], ['null']],
    ['NULL and nothing', [null], ['']],
    ['the border between columns', ['a', 'bc'], ['ab', 'c']],
    ['quotes and commas', ['a","b'], ['a', 'b']],
    ['the order of columns', ['a', 'b'], ['b', 'a']],
    ['the number of columns', ['a'], ['a', null]],
  ])('tells apart: %s', (_name, one, other) => {
    expect(digestOf(one).multiset).not.toBe(digestOf(other).multiset);
    expect(digestOf(one).sequence).not.toBe(digestOf(other).sequence);
  });

  test('of any rows does not depend on their order, and does on every row', () => {
    fc.assert(
      fc.property(rowsOf, fc.infiniteStream(fc.nat()), (rows, order) => {
        const shuffled = rows
          .map((row) => ({ row, rank: order.next().value ?? 0 }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ row }) => row);
        expect(digestOf(...shuffled).multiset).toBe(digestOf(...rows).multiset);
        expect(digestOf(...rows, ['more']).multiset).not.toBe(digestOf(...rows).multiset);
      }),
    );
  });
});

describe('compareRows', () => {
  const A = digestOf(['a'], ['b']);
  const SWAPPED = digestOf(['b'], ['a']);
  const OTHER = digestOf(['a'], ['c']);
  const [free, total, chosen] = [
    { deterministic: true, ordersTotally: false },
    { deterministic: true, ordersTotally: true },
    { deterministic: false, ordersTotally: false },
  ];

  test.each([
    ['equal rows', A, A, A, free, 'same'],
    ['another order, which the statement leaves open', A, SWAPPED, A, free, 'same'],
    ['another order, which the statement fixes', A, SWAPPED, A, total, 'different'],
    ['other rows', A, OTHER, A, free, 'different'],
    ['other rows, as many as a LIMIT leaves open', A, OTHER, A, chosen, 'incomparable'],
    ['equal rows, although a LIMIT leaves them open', A, A, OTHER, chosen, 'same'],
    ['rows that move by themselves', A, OTHER, SWAPPED, total, 'incomparable'],
    ['rows that move by themselves, in a way that does not matter', A, OTHER, SWAPPED, free, 'different'],
    ['data that moved meanwhile', A, OTHER, OTHER, free, 'incomparable'],
  ] as const)('%s', (_name, without, withChange, again, meaning, expected) => {
    expect(compareRows([without], [withChange], [again], meaning)).toBe(expected);
  });

  test('every parameter set counts, and none may be missing', () => {
    expect(compareRows([A, A], [A, A], [A, A], free)).toBe('same');
    expect(compareRows([A, A], [A, OTHER], [A, A], free)).toBe('different');
    expect(compareRows([A, A], [A], [A, A], free)).toBe('different');
    expect(compareRows([A, A], [A, OTHER], [A], free)).toBe('incomparable');
  });
});
