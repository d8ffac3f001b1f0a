import { expect, test } from 'vitest';
import { knownGrowth, observeEach, observeKnown, type Growth } from './growth.ts';

interface Row {
  readonly name: string;
  readonly hits: number;
  readonly reset: number | null;
}

const GROWTH: Growth<Row, 'hits'> = {
  of: 'hits',
  key: ({ name }) => name,
  counters: ({ hits }) => ({ hits }),
  reset: ({ reset }) => reset,
  draft: ({ name }, { delta, perSecond }) =>
    delta.hits === 0 ? null : { subject: name, value: perSecond.hits, message: `${delta.hits} hits` },
};

const row = (name: string, hits: number, reset: number | null = null): Row => ({ name, hits, reset });
const earlier = (...rows: readonly Row[]) => ({ rows, seconds: 10 });
const NOTHING = { missing: 'there is no earlier round' };

test('each row is told of, with its rate or why there is none', () => {
  const rows = [row('grown', 30), row('new', 5), row('reset', 7, 2), row('lower', 1), row('same', 4)];
  const before = earlier(
    row('grown', 10),
    row('reset', 5, 1),
    row('lower', 3),
    row('same', 4),
    row('gone', 1),
  );
  expect(observeEach({ rows, earlier: before }, GROWTH)).toEqual([
    { subject: 'grown', value: 2, message: '20 hits' },
    { subject: 'new', value: null, message: 'no rate of hits: it was not there before' },
    { subject: 'reset', value: null, message: 'no rate of hits: the statistics were reset in between' },
    {
      subject: 'lower',
      value: null,
      message: 'no rate of hits: a counter went down: the statistics were reset in between',
    },
  ]);
});

test('of rows that come and go those are told of that have a rate', () => {
  const sample = {
    rows: [row('new', 5), row('grown', 30), row('lower', 1)],
    earlier: earlier(row('grown', 10), row('lower', 2)),
  };
  expect(observeKnown(sample, 'whole', GROWTH)).toEqual([{ subject: 'grown', value: 2, message: '20 hits' }]);
});

test.each([
  ['there is no earlier round', NOTHING],
  ['it was not there before', earlier()],
  ['the statistics were reset in between', earlier(row('a', 1, 1))],
])('where no row has a rate, that is told once: %s', (missing, before) => {
  const rows = [row('a', 5, 2), row('b', 5)];
  expect(observeKnown({ rows, earlier: before }, 'whole', GROWTH)).toEqual([
    { subject: 'whole', value: null, message: `no rate of hits: ${missing}` },
  ]);
  expect(knownGrowth({ rows, earlier: before }, GROWTH)).toEqual({ missing });
});

test('where there is nothing there is nothing to tell', () => {
  expect(observeKnown({ rows: [], earlier: earlier(row('gone', 1)) }, 'whole', GROWTH)).toEqual([]);
});
