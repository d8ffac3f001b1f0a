import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ratesOf } from './rate.ts';
import type { Earlier } from './sample.ts';

interface Row {
  readonly name: string;
  readonly hits: number;
  readonly misses: number;
  readonly reset: string | null;
}

const COUNTERS = {
  key: ({ name }: Row) => name,
  counters: ({ hits, misses }: Row) => ({ hits, misses }),
  reset: ({ reset }: Row) => reset,
};

const row = (more: Partial<Row> = {}): Row => ({ name: 'a', hits: 0, misses: 0, reset: null, ...more });
const rates = (rows: readonly Row[], earlier: Earlier<Row>) =>
  ratesOf({ rows, earlier }, COUNTERS).map((one) => one.rates);

describe('ratesOf', () => {
  test('is what was added, by the time that it took', () => {
    const earlier = { rows: [row({ hits: 10, misses: 4 })], seconds: 20 };
    expect(rates([row({ hits: 50, misses: 4 })], earlier)).toEqual([
      { seconds: 20, delta: { hits: 40, misses: 0 }, perSecond: { hits: 2, misses: 0 } },
    ]);
  });

  test('gives back what was added, whatever the counters and the time, and is never negative', () => {
    const count = fc.nat(1e9);
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 1e6 }), (before, now, seconds) => {
        const found = rates([row({ hits: now })], { rows: [row({ hits: before })], seconds });
        const delta = { hits: now - before, misses: 0 };
        const rate = { seconds, delta, perSecond: { hits: delta.hits / seconds, misses: 0 } };
        const none = { missing: 'a counter went down: the statistics were reset in between' };
        expect(found).toEqual([now < before ? none : rate]);
      }),
    );
  });

  test('finds each row by its key, whatever the order', () => {
    const earlier = { rows: [row({ name: 'b', hits: 1 }), row({ name: 'a', hits: 5 })], seconds: 1 };
    const found = rates([row({ name: 'a', hits: 6 }), row({ name: 'b', hits: 3 })], earlier);
    expect(found).toMatchObject([{ delta: { hits: 1 } }, { delta: { hits: 2 } }]);
  });

  test.each<[string, Row, Row, RegExp]>([
    [
      'a reset that the server tells',
      row({ hits: 5, reset: 'yesterday' }),
      row({ hits: 50, reset: 'today' }),
      /reset/,
    ],
    ['a first reset', row({ hits: 5 }), row({ hits: 50, reset: 'today' }), /reset/],
    ['a reset that nobody tells', row({ hits: 5, misses: 9 }), row({ hits: 7, misses: 8 }), /went down/],
    ['something new', row({ name: 'b' }), row({ name: 'a', hits: 7 }), /not there before/],
  ])('says why there is none: %s', (_, before, now, why) => {
    expect(rates([now], { rows: [before], seconds: 60 })).toEqual([{ missing: expect.stringMatching(why) }]);
  });

  test('hands on why there is no earlier sample', () => {
    expect(rates([row(), row({ name: 'b' })], { missing: 'so it is' })).toEqual([
      { missing: 'so it is' },
      { missing: 'so it is' },
    ]);
  });
});
