import { describe, expect, test } from 'vitest';
import { createTestDatabase, lend, type TestDatabase } from './support/database.ts';
import { withSession, type Session } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';

const withDatabase = base((database) => database.url);

function base(urlOf: (database: TestDatabase) => string) {
  return async <T>(use: (session: Session, database: TestDatabase) => Promise<T>, settings = {}) => {
    let result: T | undefined;
    await lend(await createTestDatabase(), async (database) => {
      const target = parseTarget(urlOf(database), { PGSSLMODE: 'disable' });
      result = await withSession(target, 'test', null, (session) => use(session, database), settings);
    });
    return result;
  };
}

describe('a session', () => {
  test.each(['COMMIT', 'ROLLBACK', 'END', 'ABORT'])(
    'ends where somebody’s statement ends its transaction: %s',
    async (sql) => {
      await withDatabase(async (session) => {
        await session.control('BEGIN READ ONLY');
        await expect(session.query(sql)).rejects.toMatchObject({ code: 'session-unsafe' });
      });
    },
  );

  test('sends nothing more once a statement has begun a transaction', async () => {
    await withDatabase(async (session) => {
      await expect(session.query('START TRANSACTION READ WRITE')).rejects.toMatchObject({
        code: 'session-unsafe',
      });
      await expect(session.query('SELECT 1')).rejects.toThrow(/closed|not queryable/);
    });
  });

  test('takes one statement at a time', async () => {
    await withDatabase(async (session) => {
      await expect(session.query('SELECT 1; SELECT 2')).rejects.toMatchObject({ code: '42601' });
    });
  });

  test('that is renewed has nothing of the old one, and its settings again', async () => {
    await withDatabase(
      async (session) => {
        const before = session.backendPid;
        await session.query('SELECT pg_advisory_lock(42)');
        await session.query(`SELECT set_config('work_mem', '1MB', false)`);
        await session.renew();
        const [row] = await session.query(
          `SELECT pg_backend_pid() AS pid, current_setting('work_mem') AS memory,
                  current_setting('default_transaction_read_only') AS reading,
                  (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND pid = $1) AS locks`,
          [before],
        );
        expect(row).toEqual({ pid: session.backendPid, memory: '4MB', reading: 'on', locks: 0 });
        expect(session.backendPid).not.toBe(before);
      },
      { default_transaction_read_only: 'on' },
    );
  });

  test.each(['session_replication_role%3Dreplica', 'event_triggers%3Doff'])(
    'is not used where the connection switches the guards off: %s',
    async (option) => {
      const open = base((database) => `${database.url}?options=-c%20${option}`);
      await expect(open(async () => undefined)).rejects.toMatchObject({ code: 'session-unsafe' });
    },
  );
});
