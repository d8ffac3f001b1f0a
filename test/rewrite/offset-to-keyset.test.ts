import { afterAll, beforeAll, expect, test } from 'vitest';
import { offsetToKeyset } from '../../src/rewrite/rules/offset-to-keyset.ts';
import { openBench, type Bench } from './bench.ts';
import { SHOP } from './data/shop.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(SHOP);
});
afterAll(() => bench.close());

// It asks for another parameter than the original, so that the cases of the rule compare no rows.
test('a keyset gives the page that the offset gave, for the key of the row before', async () => {
  const sql =
    'SELECT id, total FROM orders WHERE total > $1 ORDER BY placed_at DESC, id DESC LIMIT 7 OFFSET $2';
  const [keyset] = bench.offers(offsetToKeyset, sql);
  expect(keyset).toMatchObject({
    meaning: 'interface',
    reason: expect.stringContaining('$2 is placed_at, $3 is id of that row'),
  });
  const { database } = bench;
  const all = await database.query<{ id: number; at: string }>(
    'SELECT id, placed_at::text AS at FROM orders WHERE total > 5 ORDER BY placed_at DESC, id DESC',
  );
  for (const offset of [1, 5, 30, 100, all.length]) {
    const before = all[offset - 1]!;
    const page = await database.query(keyset!.sql, [5, before.at, before.id]);
    expect(page).toEqual(await database.query(sql, [5, offset]));
  }
});
