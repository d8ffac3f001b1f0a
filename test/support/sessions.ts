import { Client } from 'pg';
import type { TestDatabase } from './database.ts';

/** A session of somebody else's, for locks, snapshots and accidents. The test ends it. */
export async function connect(database: TestDatabase): Promise<Client> {
  const client = new Client({ connectionString: database.url, application_name: 'somebody else' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
