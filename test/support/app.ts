import { Client } from 'pg';
import { createTestDatabase, lend, type TestDatabase } from './database.ts';

/**
 * A table of 120,000 orders without the indexes that its queries want, analysed. A sequential scan takes milliseconds,
 * an index scan a tenth of one: enough for a clear gain, little enough for many tests.
 */
const APP = `
  CREATE SCHEMA app;
  CREATE TABLE app.orders (
    id bigint PRIMARY KEY,
    customer_id integer NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    note text);
  INSERT INTO app.orders
  SELECT n, n * 7919 % 4000, (ARRAY['new', 'paid', 'sent', 'done'])[1 + n % 4],
         timestamptz '2026-01-01 00:00+00' + n * interval '1 minute', repeat('x', 40)
    FROM generate_series(1, 120000) AS n;
  CREATE TABLE app.lines (order_id bigint NOT NULL, sku text NOT NULL, amount integer NOT NULL);
  INSERT INTO app.lines SELECT 1 + n % 120000, 'sku-' || n % 500, n % 9 FROM generate_series(1, 240000) AS n;
`;

export const SLOW_QUERY = 'SELECT id, status FROM app.orders WHERE customer_id = 1234';

let template: Promise<TestDatabase> | undefined;

/** The fixture `app`: a fresh copy of the application's database for each test. */
export const appFixture = {
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  app: async ({}: object, use: (database: TestDatabase) => Promise<void>) => {
    await lend(await createApp(), use);
  },
};

/** One more copy, for a lab beside the target. Whoever asks for it drops it. */
export async function createApp(): Promise<TestDatabase> {
  template ??= createTemplate();
  return createTestDatabase({ template: (await template).name });
}

async function createTemplate(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(APP);
  await client.query('VACUUM (ANALYZE) app.orders, app.lines');
  await client.end();
  return database;
}
