import { Client } from 'pg';

/** A connection for a function: closed after it, so that the database can be copied. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'problems' });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
