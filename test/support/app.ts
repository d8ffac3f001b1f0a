import { Client } from 'pg';
import { appSql } from './app-sql.ts';
import { createTestDatabase, lend, type TestDatabase } from './database.ts';

/**
 * A table of 120,000 orders without the indexes that its queries want, analysed. A sequential scan takes milliseconds,
 * an index scan a tenth of one: enough for a clear gain, little enough for many tests.
 */
const USUAL = { orders: 120_000, lines: 240_000 };

export const SLOW_QUERY = 'SELECT id, status FROM app.orders WHERE customer_id = 1234';

const templates = new Map<number, Promise<TestDatabase>>();

/** The fixture `app`: a fresh copy of the application's database for each test. */
export const appFixture = {
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  app: async ({}: object, use: (database: TestDatabase) => Promise<void>) => {
    await lend(await createApp(), use);
  },
};

/** One more copy, as large as asked for. Whoever asks for it drops it. */
export async function createApp(rows = USUAL): Promise<TestDatabase> {
  const template = templates.get(rows.orders) ?? createTemplate(rows);
  templates.set(rows.orders, template);
  return createTestDatabase({ template: (await template).name });
}

async function createTemplate(rows: typeof USUAL): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(appSql(rows));
  await client.query('VACUUM (ANALYZE) app.orders, app.lines');
  await client.end();
  return database;
}
