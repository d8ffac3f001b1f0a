import { readFile } from 'node:fs/promises';
import { expect, test as base } from 'vitest';
import type { TestDatabase } from '../../test/support/database.ts';
import { shopFixture } from '../../test/support/shop.ts';
import { findItem } from '../task/find.ts';
import { inputFields } from '../task/input.ts';
import { parseTaskFile } from '../task/parse.ts';
import { SHOP_TASK_FILE } from './seed.ts';

const test = base.extend(shopFixture);

test('is the same shop at each load', async ({ database }) => {
  const [sums] = await database.query(`
    SELECT (SELECT count(*)::int FROM shop.orders) AS orders,
           (SELECT count(*)::int FROM shop.order_items) AS items,
           (SELECT sum(hashtextextended(t::text, 0))::text FROM shop.customers AS t) AS customers_sum,
           (SELECT sum(hashtextextended(t::text, 0))::text FROM shop.products AS t) AS products_sum,
           (SELECT sum(hashtextextended(t::text, 0))::text FROM shop.orders AS t) AS orders_sum,
           (SELECT sum(hashtextextended(t::text, 0))::text FROM shop.order_items AS t) AS items_sum`);
  expect(sums).toMatchInlineSnapshot(`
    {
      "customers_sum": "1120467923128096908865",
      "items": 1199969,
      "items_sum": "-3873485971663676326346",
      "orders": 600000,
      "orders_sum": "8484263810552022013006",
      "products_sum": "-113211716381553184350",
    }
  `);
});

test.for([
  ['1.1', [], 'shop.orders (customer_id, status, created_at DESC)'],
  ['1.2', [], 'shop.orders (status, created_at)'],
  ['T003', [250_001], 'shop.order_items (order_id)'],
] as const)('%s is slow for want of one index', async ([id, values, index], { database }) => {
  const query = await queryOf(id);
  const before = await explain(database, query, values);
  await database.query(`CREATE INDEX ON ${index}`);
  const after = await explain(database, query, values);
  expect(before.nodes).toContain('Seq Scan');
  expect(after.nodes).not.toContain('Seq Scan');
  expect(after.blocks).toBeLessThan(before.blocks / 20);
});

test('2.1 needs nothing', async ({ database }) => {
  const { nodes, blocks } = await explain(database, await queryOf('2.1'), []);
  expect(nodes).toEqual(['Index Scan']);
  expect(blocks).toBeLessThan(10);
});

test('2.2 loses nothing but a copy', async ({ database }) => {
  const indexes = await database.query(
    `SELECT replace(indexdef, indexname, '*') AS definition FROM pg_indexes WHERE indexname LIKE 'customers_email%' ORDER BY indexname`,
  );
  expect(indexes).toEqual([
    { definition: 'CREATE INDEX * ON shop.customers USING btree (email)' },
    { definition: 'CREATE UNIQUE INDEX * ON shop.customers USING btree (email)' },
  ]);
});

/** The statement of an item, as a run reads it. */
async function queryOf(id: string): Promise<string> {
  const file = parseTaskFile(await readFile(SHOP_TASK_FILE, 'utf8'));
  return inputFields(findItem(file, id)).query ?? '';
}

interface Plan {
  'Node Type': string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

async function explain(database: TestDatabase, query: string, values: readonly unknown[]) {
  const rows = await database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
    values,
  );
  const { Plan: plan } = rows[0]!['QUERY PLAN'][0];
  const typesOf = (node: Plan): string[] => [node['Node Type'], ...(node.Plans ?? []).flatMap(typesOf)];
  return { nodes: typesOf(plan), blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
}
