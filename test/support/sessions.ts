import { Client } from 'pg';
import { expect } from 'vitest';
import type { TestDatabase } from './database.ts';

/** A session of somebody else's, for locks, snapshots and accidents. The test ends it. */
export async function connect(database: Pick<TestDatabase, 'url'>): Promise<Client> {
  const client = new Client({ connectionString: database.url, application_name: 'somebody else' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Somebody else's transaction on the orders, which lets others read and write. */
export async function holdOrders(app: TestDatabase) {
  const session = await connect(app);
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await session.query('SELECT FROM app.orders LIMIT 1');
  return {
    release: async () => {
      await session.query('COMMIT');
      await session.end();
    },
  };
}

/** Waits until a session of pitstop waits for a lock or for somebody's snapshot. */
export async function untilWaiting(app: TestDatabase): Promise<void> {
  const waiting = () =>
    app.query(
      `SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'pitstop apply' AND wait_event_type = 'Lock'`,
    );
  await expect.poll(waiting, { timeout: 60_000, interval: 20 }).toHaveLength(1);
}

/** Ends backends of pitstop's sessions, as an administrator would: `apply`, `control`, `reader`, `%` for all. */
export async function terminate(app: TestDatabase, sessions: string): Promise<void> {
  await app.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE $1`,
    [`pitstop ${sessions}`],
  );
}
