import { Client } from 'pg';
import { createTestDatabase, lend, type TestDatabase } from './database.ts';

/**
 * 60,000 news of 40 kinds, with the index that their list wants: only words that say nothing of a NOT NULL column keep
 * it away. Reads of a day have no index, and a cast of a point in time cannot have one.
 */
const SETUP = `
  CREATE SCHEMA app;
  CREATE TABLE app.news (
    id bigint PRIMARY KEY,
    kind integer NOT NULL,
    published_at timestamptz NOT NULL,
    read_at timestamptz NOT NULL,
    title text NOT NULL);
  INSERT INTO app.news
  SELECT n, n * 7919::bigint % 40,
         timestamptz '2026-01-01 00:00+00' + (n * 7907::bigint % 60000) * interval '5 minutes',
         timestamptz '2026-01-01 00:00+00' + (n * 7901::bigint % 60000) * interval '5 minutes', 'news ' || n
    FROM generate_series(1, 60000) AS n;
  CREATE INDEX news_published_at_idx ON app.news (published_at, id);`;

/** What the application asks, with the rewrite that the server needs to use the index that is there. */
export const LIST = 'SELECT id, title FROM app.news ORDER BY published_at DESC NULLS LAST, id DESC LIMIT 20';
export const BETTER_LIST = 'SELECT id, title FROM app.news ORDER BY published_at DESC, id DESC LIMIT 20';

let template: Promise<TestDatabase> | undefined;

/** The fixture `news`: a fresh copy for each test. */
export const newsFixture = {
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  news: async ({}: object, use: (database: TestDatabase) => Promise<void>) => {
    template ??= createTemplate();
    await lend(await createTestDatabase({ template: (await template).name }), use);
  },
};

async function createTemplate(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(SETUP);
  await client.query('VACUUM (ANALYZE) app.news');
  await client.end();
  return database;
}
