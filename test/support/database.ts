import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral, type QueryResultRow } from 'pg';
import { inject, vi } from 'vitest';

/** A database of one test's own on the shared server. */
export interface TestDatabase {
  readonly name: string;
  /** As superuser. */
  readonly url: string;
  /** Runs on one connection, opened at the first call: `SET` and `BEGIN` last from call to call. */
  query<Row extends QueryResultRow = QueryResultRow>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<Row[]>;
  /** Fails where somebody forgot to disconnect, or left a prepared transaction. Our own connection is closed first. */
  expectNoLeaks(): Promise<void>;
  /** Also with sessions on it. What `afterDrop` was given runs next. */
  drop(): Promise<void>;
  afterDrop(action: () => Promise<void>): void;
}

/** Hands a database to a test, then looks for leaks and drops it. */
export async function lend(
  database: TestDatabase,
  use: (database: TestDatabase) => Promise<void>,
): Promise<void> {
  try {
    await use(database);
    await database.expectNoLeaks();
  } finally {
    await database.drop();
  }
}

/** Empty, or a copy of `template`, which nobody may be connected to. The caller drops it; `lend` does that by itself. */
export async function createTestDatabase({ template }: { template?: string } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(
    `CREATE DATABASE ${name}${template === undefined ? '' : ` TEMPLATE ${escapeIdentifier(template)} STRATEGY FILE_COPY`}`,
  );
  const url = serverUrl(name);
  const dropped: (() => Promise<void>)[] = [];
  let client: Client | undefined;
  const disconnect = async () => {
    await client?.end();
    client = undefined;
  };
  return {
    name,
    url,
    query: async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) => {
      client ??= await connect(url);
      // Without values the simple protocol is used, which also takes several statements.
      const result = await (values.length === 0
        ? client.query<Row>(sql)
        : client.query<Row>(sql, [...values]));
      return result.rows;
    },
    expectNoLeaks: async () => {
      await disconnect();
      // A session that was closed well still takes the server a moment to take down.
      await vi.waitFor(() => expectNothingLeft(name), { timeout: 3_000, interval: 20 });
    },
    drop: async () => {
      await disconnect();
      await rollbackPrepared(name);
      await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      for (const action of dropped.splice(0)) await action();
    },
    afterDrop: (action) => void dropped.push(action),
  };
}

/** A URL of the shared server, as superuser. */
export function serverUrl(database = 'postgres'): string {
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement as superuser, in the database `postgres` or the one that is named. */
export async function administer(
  sql: string,
  values: unknown[] = [],
  database = 'postgres',
): Promise<QueryResultRow[]> {
  const client = await connect(serverUrl(database));
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'test' });
  // A test may well terminate this session; the next query then says so.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function expectNothingLeft(database: string): Promise<void> {
  const left = await administer(
    `SELECT format('session %s (%s) %s: %s', pid, application_name, state, query) AS what
       FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'
     UNION ALL
     SELECT format('prepared transaction %s', gid) FROM pg_prepared_xacts WHERE database = $1`,
    [database],
  );
  if (left.length > 0) throw new Error(`left behind:\n${left.map((row) => row['what']).join('\n')}`);
}

/** They survive their session and would block the drop. */
async function rollbackPrepared(database: string): Promise<void> {
  const prepared = await administer('SELECT gid FROM pg_prepared_xacts WHERE database = $1', [database]);
  for (const { gid } of prepared) await administer(`ROLLBACK PREPARED ${escapeLiteral(gid)}`, [], database);
}
