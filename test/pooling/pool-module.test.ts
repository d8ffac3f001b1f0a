import { connect as connectSocket, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test as base } from 'vitest';
import {
  isSafeToRetry,
  openClient,
  openDatabase,
  OutcomeUnknown,
  SETTINGS,
  type Database,
} from '../../src/pg/pool.ts';
import { createCuttingProxy } from '../support/cutting-proxy.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createRole } from '../support/roles.ts';

const QUICK = { ...SETTINGS, retry: { attempts: 4, firstDelayMs: 5, longestDelayMs: 20 } };

const test = base.extend<{ server: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  server: async ({}, use) => {
    await lend(await createTestDatabase(), async (database) => {
      await database.query('CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)');
      await database.query('INSERT INTO account VALUES (1, 0), (2, 0)');
      await use(database);
    });
  },
});

/** A pool that the test's end closes. */
async function withPool<T>(
  url: string,
  use: (database: Database, lost: Error[]) => Promise<T>,
  settings = QUICK,
): Promise<T> {
  const lost: Error[] = [];
  const database = openDatabase({ connectionString: url }, settings, (error) => lost.push(error));
  try {
    return await use(database, lost);
  } finally {
    await database.close();
  }
}

const balances = async (server: TestDatabase) =>
  (await server.query('SELECT balance FROM account ORDER BY id')).map(({ balance }) => Number(balance));

describe('a statement', () => {
  test('that is wrong keeps its connection', async ({ server }) => {
    await withPool(server.url, async (database) => {
      const pid = async () => (await database.query('SELECT pg_backend_pid() AS pid')).rows[0];
      const before = await pid();
      await expect(database.query('SELECT * FROM nothing')).rejects.toMatchObject({ code: '42P01' });
      expect(await pid()).toEqual(before);
      expect(database.pool.totalCount).toBe(1);
    });
  });

  test('whose answer is lost is asked for again only where twice is the same as once', async ({ server }) => {
    await withPool(server.url, async (database) => {
      const kill =
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid()';
      const untilKilled = async (mark: string) => {
        await expect
          .poll(async () => (await server.query(kill, [`%${mark}%`])).length, {
            interval: 10,
            timeout: 20_000,
          })
          .toBe(1);
      };
      const unsafe = database.query(`SELECT 'first', pg_sleep(60)`);
      await Promise.all([untilKilled('first'), expect(unsafe).rejects.toBeInstanceOf(OutcomeUnknown)]);

      await server.query('CREATE SEQUENCE tries');
      const sql = `SELECT 'second', CASE WHEN nextval('tries') = 1 THEN pg_sleep(60) END, currval('tries') AS tries`;
      const [, { rows }] = await Promise.all([
        untilKilled('second'),
        database.query(sql, [], { repeatable: true }),
      ]);
      expect(rows).toMatchObject([{ tries: '2' }]);
    });
  });
});

describe('a transaction', () => {
  test('is committed, or rolled back with what failed in it', async ({ server }) => {
    await withPool(server.url, async (database) => {
      await database.transaction((tx) => tx.query('UPDATE account SET balance = 5 WHERE id = 1'));
      const failing = database.transaction(async (tx) => {
        await tx.query('UPDATE account SET balance = 7 WHERE id = 1');
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await balances(server)).toEqual([5, 0]);
    });
  });

  test('that hides an error does not pretend to be committed', async ({ server }) => {
    await withPool(server.url, async (database) => {
      const hiding = database.transaction(async (tx) => {
        await tx.query('UPDATE account SET balance = 9 WHERE id = 1');
        await tx.query('SELECT 1 / 0').catch(() => undefined);
      });
      await expect(hiding).rejects.toThrow('the transaction was rolled back');
      expect(await balances(server)).toEqual([0, 0]);
    });
  });

  test('that met another one is done again', async ({ server }) => {
    await withPool(server.url, async (database) => {
      let calls = 0;
      await database.transaction(
        async (tx) => {
          calls += 1;
          await tx.query('SELECT balance FROM account WHERE id = 1');
          if (calls === 1) await server.query('UPDATE account SET balance = 100 WHERE id = 1');
          await tx.query('UPDATE account SET balance = balance + 1 WHERE id = 1');
        },
        { begin: 'BEGIN ISOLATION LEVEL REPEATABLE READ' },
      );
      expect(calls).toBe(2);
      expect(await balances(server)).toEqual([101, 0]);
    });
  });

  test('whose connection is lost before COMMIT is done again, and does not end the process', async ({
    server,
  }) => {
    await withPool(server.url, async (database) => {
      let calls = 0;
      await database.transaction(async (tx) => {
        calls += 1;
        const { rows } = await tx.query(
          'UPDATE account SET balance = balance + 1 RETURNING pg_backend_pid() AS pid',
        );
        if (calls === 1) {
          const ended = new Promise<void>((resolve) => void tx.once('end', resolve));
          await server.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
          await ended;
        }
        await tx.query('SELECT 1');
      });
      expect(calls).toBe(2);
      expect(await balances(server)).toEqual([1, 1]);
    });
  });

  test.for(['before the commit', 'before its answer'] as const)(
    'whose connection is lost at COMMIT, %s, is not done again',
    async (cut, { server }) => {
      const proxy = await createCuttingProxy(server.url);
      await withPool(
        proxy.url,
        async (database) => {
          let calls = 0;
          proxy.cutNext('money', cut);
          const transaction = database.transaction(async (tx) => {
            calls += 1;
            await tx.query('UPDATE account SET balance = balance + 1');
          });
          await expect(transaction).rejects.toBeInstanceOf(OutcomeUnknown);
          expect(calls).toBe(1);
        },
        { ...QUICK, applicationName: 'pitstop money' },
      );
      await expect.poll(() => balances(server)).toEqual(cut === 'before the commit' ? [0, 0] : [1, 1]);
    },
  );
});

describe('a pool', () => {
  test('is told of a connection that was lost while nobody used it, and opens another', async ({
    server,
  }) => {
    await withPool(server.url, async (database, lost) => {
      const { rows } = await database.query('SELECT pg_backend_pid() AS pid');
      await server.query('SELECT pg_terminate_backend($1)', [rows[0]?.['pid']]);
      await expect.poll(() => lost.length).toBe(1);
      expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });
  });

  test('that is exhausted says so after its patience, once', async ({ server }) => {
    await withPool(
      server.url,
      async (database) => {
        const held = await database.pool.connect();
        await expect(database.query('SELECT 1')).rejects.toThrow('timeout exceeded when trying to connect');
        held.release();
      },
      { ...QUICK, max: 1, connectTimeoutMs: 2_000 },
    );
  });

  test('gives its sessions their timeouts and its name', async ({ server }) => {
    const settings = {
      ...QUICK,
      applicationName: 'shop',
      statementTimeoutMs: 1_234,
      lockTimeoutMs: 567,
      idleInTransactionTimeoutMs: 8_900,
    };
    await withPool(
      server.url,
      async (database) => {
        const { rows } = await database.query(
          `SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS statement,
                  current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`,
        );
        expect(rows).toEqual([{ name: 'shop', statement: '1234ms', lock: '567ms', idle: '8900ms' }]);
      },
      settings,
    );
  });
});

describe('connecting', () => {
  test('is tried again while nobody answers, as often as it says', async ({ server }) => {
    const url = new URL(server.url);
    const port = Number(url.port);
    let connections = 0;
    const door = createServer((client) => {
      connections += 1;
      if (connections < 3) return void client.destroy();
      const backend = connectSocket(port, url.hostname);
      client.pipe(backend).pipe(client);
      for (const socket of [client, backend]) socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
    onTestFinished(() => void door.close());
    url.port = String((door.address() as AddressInfo).port);
    const client = await openClient({ connectionString: url.href }, QUICK);
    await client.end();
    expect(connections).toBe(3);
    connections = -100;
    await expect(openClient({ connectionString: url.href }, QUICK)).rejects.toThrow('terminated');
    expect(connections).toBe(-96);
  });

  test('gives up where there are too many, and says so', async ({ server }) => {
    const role = await createRole(server, { attributes: 'CONNECTION LIMIT 0' });
    await expect(openClient({ connectionString: role.url }, QUICK)).rejects.toMatchObject({ code: '53300' });
  });

  test('is not tried again with a wrong password', async ({ server }) => {
    const url = new URL((await createRole(server)).url);
    url.password = 'wrong';
    const began = performance.now();
    const patient = { ...QUICK, retry: { attempts: 4, firstDelayMs: 60_000, longestDelayMs: 60_000 } };
    await expect(openClient({ connectionString: url.href }, patient)).rejects.toMatchObject({
      code: '28P01',
    });
    expect(performance.now() - began).toBeLessThan(60_000);
  });
});

describe('an error is safe to retry', () => {
  const error = (code: string, message = '') => Object.assign(new Error(message), { code });

  test.each(['40001', '40P01'])('where the server rolled all back: %s', (code) => {
    expect(isSafeToRetry(error(code), true)).toBe(true);
  });

  test.each(['53300', '57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAI_AGAIN'])(
    'where nothing can have happened: %s',
    (code) => {
      expect(isSafeToRetry(error(code), false)).toBe(true);
      expect(isSafeToRetry(error(code), true)).toBe(false);
    },
  );

  test('where PgBouncer lets nobody in for now', () => {
    expect(isSafeToRetry(error('08P01', 'no more connections allowed (max_client_conn)'), false)).toBe(true);
    expect(isSafeToRetry(error('08P01', 'server login has been failing, try again later'), false)).toBe(true);
  });

  test.each([
    error('23505'),
    error('42P01'),
    error('57014'),
    error('55P03'),
    error('28P01'),
    error('08P01', 'SASL authentication failed'),
    error('08P01', 'query_wait_timeout'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Connection terminated due to connection timeout'),
    'no error at all',
    undefined,
  ])('not: %s', (thrown) => {
    expect(isSafeToRetry(thrown, false)).toBe(false);
  });
});
