import { Client } from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { withEmbeddedServer } from '../src/labs/embedded/server.ts';
import { countedUpdates, writeLoad } from '../src/measure/write-load.ts';
import { readCallCounts } from '../src/pg/catalog/call-counts.ts';
import { readStatementCounts } from '../src/pg/catalog/statement-counts.ts';
import { withSession } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { readRelation } from '../src/pg/catalog/relations.ts';
import { loadParser } from '../src/sql/parse.ts';
import { appFixture } from './support/app.ts';

beforeAll(loadParser);

test('the server counts statements where its extension is loaded', async () => {
  const settings = { shared_preload_libraries: 'pg_stat_statements' };
  await withEmbeddedServer({ settings }, async ({ url }) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    const counts = () =>
      withSession(parseTarget(url, {}), 'reader', null, (session) =>
        readStatementCounts(session, ['Orders']),
      );
    const callCounts = (...tables: string[]) =>
      withSession(parseTarget(url, {}), 'reader', null, (session) => readCallCounts(session, tables));
    expect(await counts()).toBeNull();
    expect(await callCounts('orders')).toEqual([]);
    await client.query(`CREATE SCHEMA "Stats"; CREATE EXTENSION pg_stat_statements SCHEMA "Stats";
      CREATE TABLE orders (id int PRIMARY KEY, status text); INSERT INTO orders VALUES (1, 'new'), (2, 'new')`);
    for (const id of [1, 2, 3]) await client.query('SELECT status FROM orders WHERE id = $1', [id]);
    await client.query(`UPDATE orders SET status = 'paid' WHERE id < 3`);
    await client.query('SELECT 1 AS other');
    await client.end();

    const found = await counts();
    const table = {
      schema: 'public',
      name: 'orders',
      writes: { inserted: 0, updated: 0, hotUpdated: 0, deleted: 0, seconds: null },
    };
    expect(countedUpdates(found, table)).toEqual(['status']);
    expect(found?.statements).toContainEqual({
      query: 'SELECT status FROM orders WHERE id = $1',
      calls: 3,
      rows: 2,
    });
    expect(found?.statements.some(({ query }) => query.includes('other'))).toBe(false);
    expect(found?.seconds).toBeGreaterThan(0);
    expect(await callCounts('Orders')).toContainEqual({
      query: 'SELECT status FROM orders WHERE id = $1',
      calls: 3,
      totalMs: expect.any(Number),
      seconds: expect.any(Number),
    });
    expect(await callCounts('orders', 'customers')).toEqual([]);
    const hourLater = found === null ? null : { ...found, seconds: 3_600 };
    const sql = 'SELECT status FROM orders WHERE id = 77';
    expect(writeLoad(hourLater, sql, table, ['status'])).toMatchObject({
      callsPerSecond: 3 / 3_600,
      coveredShare: 1,
    });
  });
});

const withApp = test.extend(appFixture);

withApp('writes are counted, of a partitioned table those of its partitions', async ({ app }) => {
  await app.query(`CREATE TABLE app.parted (id int, note text) PARTITION BY LIST (id);
    CREATE TABLE app.one PARTITION OF app.parted FOR VALUES IN (1) PARTITION BY LIST (id);
    CREATE TABLE app.leaf PARTITION OF app.one FOR VALUES IN (1);
    CREATE TABLE app.two PARTITION OF app.parted FOR VALUES IN (2);
    INSERT INTO app.parted SELECT 1 + n % 2 FROM generate_series(1, 10) n;
    UPDATE app.parted SET note = 'x' WHERE id = 2`);
  await app.query('SELECT pg_stat_force_next_flush()');
  const writesOf = (name: string) =>
    withSession(parseTarget(app.url, {}), 'reader', null, async (session) => {
      const relation = await readRelation(session, { schema: 'app', name });
      return relation?.writes;
    });
  expect(await writesOf('parted')).toMatchObject({ inserted: 10, updated: 5, hotUpdated: 5, deleted: 0 });
  expect(await writesOf('two')).toMatchObject({ inserted: 5, updated: 5 });
});
