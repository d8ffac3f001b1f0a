import { expect, test } from 'vitest';
import { createIndexStep, type Change } from '../change.ts';
import { burdenOf, compareBurdens } from './burden.ts';

const INDEX = createIndexStep({
  schema: 'shop',
  table: 'orders',
  name: 'i',
  keys: [{ column: 'a', descending: false, nullsFirst: false }],
});
const change = (more: Partial<Change>): Change => ({ summary: '', steps: [], ...more });
const REWRITE = { sql: 'SELECT 1', rules: [], changesInterface: false };

/** From the lightest to the heaviest. */
const ORDER: readonly (readonly [string, Change, number])[] = [
  ['statistics', change({ steps: [{ ...INDEX, builds: null }] }), 0],
  ['a rewrite', change({ rewrite: REWRITE }), 0],
  ['memory', change({ session: { work_mem: '64MB' } }), 0],
  ['a small index', change({ steps: [INDEX] }), 8_192],
  ['a large index', change({ steps: [INDEX] }), 81_920],
  ['an index that needs a rewrite', change({ steps: [INDEX], rewrite: REWRITE }), 8_192],
  ['a planner switch', change({ session: { enable_nestloop: 'off' } }), 0],
];

test.each(ORDER.slice(1).map((heavier, at) => ({ lighter: ORDER[at], heavier })))(
  '$heavier.0 weighs more than $lighter.0',
  ({ lighter, heavier }) => {
    if (lighter === undefined) throw new Error('nothing to compare with');
    expect(compareBurdens(burdenOf(lighter[1], lighter[2]), burdenOf(heavier[1], heavier[2]))).toBeLessThan(
      0,
    );
  },
);
