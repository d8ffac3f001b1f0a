import { describe, expect, test } from 'vitest';
import type { KeptResult } from '../measure/cached-calls.ts';
import { keptBy, keptFor, notesOfKept } from './kept-result.ts';

const KEPT: KeptResult = {
  ttlSeconds: 300,
  parameters: [],
  rows: 1_204,
  bytes: 86_016,
  counted: null,
  keys: 1,
  saving: null,
};
const COUNTED = { calls: 12_000, callsPerSecond: 4.25, meanMs: 45 };

test('how long, and by what', () => {
  expect([keptFor(KEPT), keptFor({ ttlSeconds: null })]).toEqual([
    'for 300 s',
    'for as long as it may be old',
  ]);
  expect([[], ['$1'], ['$1', '$2'], [':a', ':b', ':c']].map((parameters) => keptBy({ parameters }))).toEqual([
    'as one result',
    'by the value of $1',
    'by the values of $1 and $2',
    'by the values of :a, :b and :c',
  ]);
});

describe('what that saves', () => {
  const notes = (more: Partial<KeptResult>, hasConstants = false) =>
    notesOfKept({ ...KEPT, ...more }, { hasConstants }).join(' | ');

  test('is computed, and said to be', () => {
    const saving = { hitsPerHour: 15_000, savedMsPerHour: 675_000 };
    expect(notes({ counted: COUNTED, keys: 40, saving })).toBe(
      '1,204 rows, 84 kB at most for one of the measured sets | 12,000 calls were counted, 4.3 a second of 45 ms each; computed, not measured: at least 15,000 calls an hour find their result among 40 sets of values, which saves 675 s of execution an hour',
    );
    expect(notes({ counted: COUNTED, saving }, true)).toMatch(/an hour, if all of these have its constants$/);
  });

  test.each([
    [{}, 'how often it is called is not known here'],
    [{ counted: COUNTED, keys: null }, 'how often the same values come again is not known'],
    [{ counted: COUNTED, ttlSeconds: null }, 'how old a result may be is not said'],
    [{ counted: { ...COUNTED, callsPerSecond: 0.002 }, keys: null }, ', 7 an hour of 45 ms each'],
    [{ rows: 1, bytes: 0 }, '1 row, 0 kB'],
  ])('is not computed where something is not known: %j', (more, said) => {
    expect(notes(more)).toContain(said);
    expect(notes(more)).toContain('is not computed');
  });
});
