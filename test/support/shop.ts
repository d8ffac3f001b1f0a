import { Client } from 'pg';
import { loadShop } from '../../src/demo/seed.ts';
import { createTestDatabase, lend, serverUrl, type TestDatabase } from './database.ts';

const TEMPLATE = 'shop_template';
/** Any number, as long as nobody else locks it in the database `postgres`. */
const LOCK = 7_330_001;

/** The fixture `database`, filled with the demo shop: loaded once per run, then copied for each test that asks for it. */
export const shopFixture = {
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  database: async ({}: object, use: (database: TestDatabase) => Promise<void>) => {
    await ensureTemplate();
    await lend(await createTestDatabase({ template: TEMPLATE }), use);
  },
};

/** Test files run at the same time; the first one loads, the others wait. */
async function ensureTemplate(): Promise<void> {
  const admin = new Client(serverUrl());
  await admin.connect();
  try {
    await admin.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount === 0) await loadTemplate(admin);
  } finally {
    await admin.end();
  }
}

/** Renamed at the end: under its name there is only a complete one. */
async function loadTemplate(admin: Client): Promise<void> {
  const unfinished = `${TEMPLATE}_unfinished`;
  await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${unfinished}`);
  const client = new Client(serverUrl(unfinished));
  await client.connect();
  try {
    await loadShop(async (sql) => {
      await client.query(sql);
    });
  } finally {
    await client.end();
  }
  await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${TEMPLATE}`);
}
