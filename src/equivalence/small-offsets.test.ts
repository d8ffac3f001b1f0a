import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { withSmallOffsets } from './small-offsets.ts';

beforeAll(loadParser);

const PAGE = 'SELECT id FROM t ORDER BY id LIMIT 20 OFFSET 40000';

test('offsets become small, the same in place of the same', () => {
  expect(
    withSmallOffsets(
      "SELECT 'Größe' FROM (SELECT id FROM t ORDER BY id OFFSET 40_000) AS s OFFSET 0x64 LIMIT 20",
      "SELECT 'größer als 100' FROM (SELECT id FROM t ORDER BY id OFFSET 40000) AS s LIMIT 20 OFFSET 100",
    ),
  ).toEqual({
    original: "SELECT 'Größe' FROM (SELECT id FROM t ORDER BY id OFFSET 6) AS s OFFSET 3 LIMIT 20",
    rewrite: "SELECT 'größer als 100' FROM (SELECT id FROM t ORDER BY id OFFSET 6) AS s LIMIT 20 OFFSET 3",
    note: 'OFFSET 3 instead of 100, OFFSET 6 instead of 40000',
  });
});

test.each<[why: string, original: string, rewrite: string]>([
  ['there is no offset', 'SELECT id FROM t', 'SELECT id FROM t'],
  ['a sample has rows behind it', 'SELECT id FROM t OFFSET 10', 'SELECT id FROM t OFFSET 10'],
  ['it is a parameter', 'SELECT id FROM t OFFSET $1', 'SELECT id FROM t OFFSET $1'],
  ['the rewrite has another', PAGE, 'SELECT id FROM t ORDER BY id LIMIT 20 OFFSET 39999'],
  ['the rewrite computes it', PAGE, 'SELECT id FROM t ORDER BY id LIMIT 20 OFFSET 20000 * 2'],
  ['the rewrite has none', PAGE, 'SELECT id FROM t WHERE id > 40000 ORDER BY id LIMIT 20'],
  [
    'the number stands elsewhere too',
    PAGE,
    'SELECT id FROM t WHERE id <> 40000 ORDER BY id LIMIT 20 OFFSET 40000',
  ],
])('nothing is made smaller where %s', (_, original, rewrite) => {
  expect(withSmallOffsets(original, rewrite)).toBeNull();
});
