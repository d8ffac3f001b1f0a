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

/** By its old statistics the table has a hundred rows of kind 1: all that is missing are fresh ones. Returns a query. */
export async function makeStatisticsStale(app: TestDatabase): Promise<string> {
  await app.query(`
    CREATE TABLE app.skewed (id bigint PRIMARY KEY, kind integer NOT NULL, ref bigint NOT NULL);
    ALTER TABLE app.skewed SET (autovacuum_enabled = off);
    CREATE INDEX skewed_kind_idx ON app.skewed (kind);
    CREATE INDEX skewed_ref_idx ON app.skewed (ref);
    INSERT INTO app.skewed SELECT n, 1, n FROM generate_series(1, 100) n;
    ANALYZE app.skewed;
    INSERT INTO app.skewed SELECT n, n % 2, n FROM generate_series(101, 3000) n;`);
  // The counters of changed rows reach other sessions with a delay.
  await app.query('SELECT pg_stat_force_next_flush()');
  return 'SELECT count(*) FROM app.skewed a JOIN app.skewed b ON b.ref = a.ref WHERE a.kind = 0 AND b.kind = 0';
}
