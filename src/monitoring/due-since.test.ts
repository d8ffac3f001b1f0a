import { describe, expect, test } from 'vitest';
import { dueSince, type DueRow } from './due-since.ts';

const DUE: DueRow = { oid: 1, doneAt: 500, patienceSeconds: 120 };
const UNKNOWN = {
  words: 'for how long is not known yet, so that it is a warning at most',
  atMost: 'warning',
};

/** Looks every minute, the last one now. */
const looks = (...rows: readonly (readonly DueRow[])[]) =>
  rows.map((each, minute) => ({ at: 10_000 + 60 * minute, rows: each }));

describe('how long a table has been due', () => {
  test('is known once two looks have found it so, as far apart as it takes', () => {
    expect(dueSince(DUE, looks([DUE], [DUE], [DUE]))).toEqual({ words: 'seen so for 2 minutes' });
    expect(dueSince(DUE, looks([DUE], [DUE]))).toEqual(UNKNOWN);
    expect(dueSince(DUE, looks([DUE]))).toEqual(UNKNOWN);
  });

  test.each([
    ['it was not due', []],
    ['another table of its name was', [{ ...DUE, oid: 2 }]],
    ['somebody has been there since', [{ ...DUE, doneAt: 400 }]],
    ['nobody had ever been there', [{ ...DUE, doneAt: null }]],
  ])('begins anew where at a look in between %s', (_, between) => {
    expect(dueSince(DUE, looks([DUE], [DUE], between, [DUE], [DUE]))).toEqual(UNKNOWN);
  });

  test('of a table that nobody has ever been to is seen as well', () => {
    const never = { ...DUE, doneAt: null };
    expect(dueSince(never, looks([never], [never], [never]))).not.toHaveProperty('atMost');
  });
});
