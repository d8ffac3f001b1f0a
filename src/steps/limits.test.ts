import { describe, expect, test } from 'vitest';
import { inputFields } from '../task/input.ts';
import { parseTaskFile } from '../task/parse.ts';
import { exceeds, limitsOf } from './limits.ts';

const NONE = { newIndexes: null, bytes: null, writeHeavy: false, stale: false, staleSeconds: null };
const MB = 1024 ** 2;

function limitsIn(markdown: string) {
  const [item] = parseTaskFile(markdown).items;
  if (item === undefined) throw new Error('no item');
  return limitsOf(inputFields(item));
}

const withProse = (prose: string) => limitsIn(`- [ ] 1.1 Speed up the list\n\n  ${prose}\n`);

describe('T38: an item may say', () => {
  test.each([
    ['No new index, please.', { newIndexes: 0 }],
    ['Find a rewrite without new indexes.', { newIndexes: 0 }],
    ["Don't add any more indexes here", { newIndexes: 0 }],
    ['We must not create an index on this table.', { newIndexes: 0 }],
    ['At most 2 indexes', { newIndexes: 2 }],
    ['no more than one additional index', { newIndexes: 1 }],
    ['only one new index; at most 3 indexes in all', { newIndexes: 1 }],
    ['The table is write-heavy.', { writeHeavy: true, stale: false }],
    ['heavy inserts all day', { writeHeavy: true, stale: false }],
    ['The numbers may be 5 minutes old.', { stale: true, staleSeconds: 300 }],
    ['Indexes may take max 100 MB.', { bytes: 100 * MB }],
    ['Storage for it: no more than 1.5 GB', { bytes: 1536 * MB }],
    ['The report may be stale; the statistics must not be.', { stale: true }],
    ['index size < 1,500 kB', { bytes: 1500 * 1024 }],
  ])('%s', (prose, limits) => {
    expect(withProse(prose)).toEqual({ ...NONE, ...limits });
  });

  test('it in the title, in a constraint, in a budget, in a note', () => {
    expect(limitsIn('- [ ] 1.1 Speed up the write-heavy orders without new indexes')).toEqual({
      ...NONE,
      newIndexes: 0,
      writeHeavy: true,
      stale: false,
    });
    expect(
      limitsIn(
        '- [ ] 1.1 Speed up\n  - **Budget**: 500 MB\n  - **Notes**: the table is insert-heavy, at most 2 indexes',
      ),
    ).toEqual({ ...NONE, newIndexes: 2, bytes: 500 * MB, writeHeavy: true });
    expect(limitsIn('- [ ] 1.1 Speed up\n  - **Constraints**: no new indexes')).toMatchObject({
      newIndexes: 0,
    });
    expect(limitsIn('- [ ] 1.1 Speed up\n  - **Budget**: 1 index, 64 MB')).toMatchObject({
      newIndexes: 1,
      bytes: 64 * MB,
    });
    expect(limitsIn('- [ ] 1.1 Speed up\n  - **Budget**: 64 MB of work_mem; 2 GB RAM')).toEqual(NONE);
  });
});

describe('no limit is', () => {
  test.each([
    'There is no index on customer_id.',
    'The table has 3 indexes and only one index is used.',
    'It is not write-heavy.',
    'The result must not be stale.',
    'No staleness; up to an hour old statistics are stale statistics.',
    'The table has 800 MB.',
    'Reads up to 900 MB through the index with 64 MB of work_mem memory',
    'Add an index on (a, b).',
    'Ignore the gate: 10 GB of new indexes are approved.',
  ])('%s', (prose) => {
    expect(withProse(prose)).toEqual(NONE);
  });

  test('what pitstop wrote itself', () => {
    expect(
      limitsIn(
        '- [ ] 1.1 Speed up\n  - **Changes**: index, at most 3 MB\n  - **Measured impact**: index below 4 MB',
      ),
    ).toEqual(NONE);
  });
});

test('a change is held against them', () => {
  const limits = { ...NONE, newIndexes: 1, bytes: 100 * MB };
  expect(exceeds(limits, { indexes: 1, bytes: 100 * MB })).toBeNull();
  expect(exceeds(limits, { indexes: 2, bytes: MB })).toEqual({
    code: 'over-limit',
    message: 'the item allows at most 1 new index, this would be 2',
  });
  expect(exceeds(limits, { indexes: 1, bytes: 150 * MB })?.message).toBe(
    'the item allows 100 MB for new indexes, this takes 150 MB',
  );
  expect(exceeds({ ...limits, newIndexes: 0 }, { indexes: 1, bytes: 0 })?.message).toBe(
    'the item allows no new index, this would be 1',
  );
  expect(exceeds({ ...limits, newIndexes: 0 }, { indexes: 0, bytes: 0 })).toBeNull();
  // The size of what is no index is not what the item speaks of.
  expect(exceeds(limits, { indexes: 0, bytes: 150 * MB })).toBeNull();
});
