import { Client, type ClientBase } from 'pg';

export async function execute(url: string, sql: string): Promise<void> {
  await connected(url, (client) => client.query(sql));
}

/**
 * How long the server worked for a database, by its own account. Sessions report it when they end, so it is complete
 * once they are gone.
 */
export async function readDatabaseTime(url: string, database: string): Promise<number> {
  return connected(url, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ activeMs: number; sessions: number }>(
        `SELECT active_time AS "activeMs",
                (SELECT count(*)::int FROM pg_stat_activity a WHERE a.datid = d.datid) AS sessions
           FROM pg_stat_database d WHERE datname = $1`,
        [database],
      );
      const [row] = rows;
      if (row === undefined) throw new Error(`there is no database ${database}`);
      if (row.sessions === 0) return row.activeMs;
    }
  });
}

async function connected<T>(url: string, use: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
