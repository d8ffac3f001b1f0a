import { describe, expect, test } from 'vitest';
import type { IndexKeyDefinition } from '../change.ts';
import type { IndexFacts, IndexKey } from '../facts.ts';
import { finishUse, startUse } from './draft.ts';
import { serves } from './serves.ts';
import { indexFacts, indexKey, relationFacts } from '../../test/support/facts.ts';

/** `'a b-'`: a, then b descending (NULLS FIRST, its default); `b-L` with NULLS LAST. */
function keys(text: string): (IndexKey & IndexKeyDefinition)[] {
  return text.split(' ').map((key) => {
    const descending = key.includes('-');
    const column = key.replace(/[-FL]/g, '');
    const nullsFirst = key.includes('F') || (descending && !key.includes('L'));
    return { ...indexKey(column, { descending, nullsFirst }), column };
  });
}

function index(columns: string, more: Partial<IndexFacts> = {}): IndexFacts {
  return indexFacts('i', [], { keys: keys(columns), ...more });
}

const USE = finishUse(startUse(relationFacts('t'), 't'));

const wish = (equal: string, tail = '', anyDirection = false) => ({
  equal: equal === '' ? [] : equal.split(' '),
  tail: tail === '' ? [] : keys(tail),
  anyDirection,
  use: USE,
});

describe('serves', () => {
  test.each([
    ['equal columns in any order', index('b a'), wish('a b'), true],
    ['as a prefix', index('a b c'), wish('b a'), true],
    ['not behind another column: skip scans are not counted on', index('c a'), wish('a'), false],
    ['not with one in between', index('a c b'), wish('a b'), false],
    ['the order behind them', index('a s-'), wish('a', 's-'), true],
    ['the order reversed', index('a s- t'), wish('a', 's t-'), true],
    ['not partly reversed', index('a s t'), wish('a', 's t-'), false],
    ['not with the NULLs elsewhere', index('a s-L'), wish('a', 's-'), false],
    ['reversed with the NULLs reversed', index('a s-L'), wish('a', 'sF'), true],
    ['a range in either direction', index('a r-'), wish('a', 'r', true), true],
    ['not an order that comes too late', index('a b s'), wish('a', 's'), false],
    [
      'a unique key within the equal columns leaves nothing to sort',
      index('id', { unique: true }),
      wish('status id', 's-'),
      true,
    ],
    ['a unique key that is not covered', index('id x', { unique: true }), wish('id', 's'), false],
    ['not an invalid index', index('a', { valid: false }), wish('a'), false],
    ['not a partial one', index('a', { predicate: '(a > 0)' }), wish('a'), false],
    ['not another method', index('a', { method: 'hash' }), wish('a'), false],
    ['not an expression', index('a', { keys: [indexKey(null)] }), wish('a'), false],
    [
      'not another operator class',
      index('a', { keys: keys('a').map((key) => ({ ...key, defaultOperators: false })) }),
      wish('a'),
      false,
    ],
    [
      'another operator class behind what is needed',
      index('a', {
        keys: [...keys('a'), indexKey('b', { defaultOperators: false })],
      }),
      wish('a'),
      true,
    ],
  ])('%s', (_, existing, wished, expected) => {
    expect(serves(existing, wished)).toBe(expected);
  });
});
