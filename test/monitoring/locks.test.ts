import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { blockedSessions } from '../../src/monitoring/checks/blocked-sessions.ts';
import { lockSlowPath } from '../../src/monitoring/checks/lock-slow-path.ts';
import { lockTableUsed } from '../../src/monitoring/checks/lock-table-used.ts';
import { lockWait } from '../../src/monitoring/checks/lock-wait.ts';
import { preparedTransactions } from '../../src/monitoring/checks/prepared-transactions.ts';
import { subtransactionOverflow } from '../../src/monitoring/checks/subtransaction-overflow.ts';
import { about, look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';

/** With room for few locks: 16 in a session's fast path, and 10 * (40 + 8 + 10 + 2 + 16 + 2) in the table of all. */
const SETTINGS = {
  max_connections: '40',
  max_worker_processes: '8',
  max_wal_senders: '10',
  max_prepared_transactions: '2',
  autovacuum_worker_slots: '16',
  max_locks_per_transaction: '10',
  autovacuum: 'off',
};
const ROOM = 780;

let server: EmbeddedServer;

beforeAll(async () => {
  server = await startEmbeddedServer({ settings: SETTINGS });
  await withSessions(1, async ([session]) => {
    await session?.query(
      `CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);
       CREATE TABLE parted (id int) PARTITION BY RANGE (id);
       DO $$ BEGIN FOR i IN 1..20 LOOP
         EXECUTE format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES FROM (%s) TO (%s)', i, i, i + 1);
       END LOOP; END $$;
       CREATE ROLE plain LOGIN PASSWORD 'plain'`,
    );
  });
});
afterAll(() => server.stop());

/** Lends sessions, and ends their transactions and them whatever happens. */
async function withSessions(
  count: number,
  use: (sessions: readonly Client[]) => Promise<void>,
): Promise<void> {
  const sessions = await Promise.all(Array.from({ length: count }, () => connect(server)));
  try {
    await use(sessions);
  } finally {
    await Promise.all(sessions.map((session) => session.end()));
  }
}

/** Of the same server, as a role that is granted nothing. */
function plainUrl(): string {
  const url = new URL(server.url);
  url.username = 'plain';
  url.password = 'plain';
  return url.href;
}

test('waits: five sessions behind one, and none', async () => {
  expect(about(await look(server.url, blockedSessions), 'postgres')).toMatchObject({ value: 0, level: 'ok' });
  expect((await look(server.url, lockWait)).observations).toEqual([]);
  await withSessions(6, async ([holder, ...waiting]) => {
    await holder?.query('BEGIN; LOCK TABLE t IN EXCLUSIVE MODE');
    const waits = waiting.map((session) => session.query('DELETE FROM t WHERE id = 2'));
    try {
      await expect
        .poll(async () => about(await look(server.url, blockedSessions), 'postgres').value, {
          timeout: 20_000,
        })
        .toBe(5);
      expect(about(await look(server.url, blockedSessions), 'postgres')).toMatchObject({
        level: 'warning',
        message: '5 sessions waiting for a lock for more than a second',
      });
      const report = await look(server.url, lockWait, { threshold: { warning: 1 } });
      expect(about(report, 'postgres')).toMatchObject({
        level: 'warning',
        unit: 'seconds',
        message: expect.stringMatching(
          /^pid \d+ \(postgres, somebody else\) has waited [\d.]+ s for RowExclusiveLock on public\.t, behind pid \d+ \(postgres, somebody else\), idle in transaction for [\d.]+ s$/,
        ),
      });
      // Who waits and behind whom is for every role to see, what the blocker is doing is not.
      const plain = about(await look(plainUrl(), lockWait, { threshold: { warning: 1 } }), 'postgres');
      expect(plain).toMatchObject({
        level: 'warning',
        message: expect.stringMatching(/behind pid \d+ \(postgres, somebody else\)$/),
      });
    } finally {
      await holder?.query('ROLLBACK');
      await Promise.all(waits);
    }
  });
});

test('waits: for a row, behind a prepared transaction', async () => {
  await withSessions(2, async ([holder, waiting]) => {
    await holder?.query(`BEGIN; UPDATE t SET id = 1; PREPARE TRANSACTION 'two phases'`);
    const wait = waiting?.query('SELECT FROM t FOR UPDATE');
    try {
      const message = async () =>
        (await look(server.url, lockWait)).observations.map((observation) => observation.message);
      await expect
        .poll(message, { timeout: 20_000 })
        .toEqual([
          expect.stringMatching(
            / for a row that another transaction has changed, behind a prepared transaction$/,
          ),
        ]);
      const old = await look(server.url, preparedTransactions, { threshold: { warning: 0 } });
      expect(about(old, 'postgres')).toMatchObject({
        level: 'warning',
        message: expect.stringMatching(
          /^1 prepared transaction; the oldest, "two phases" of postgres, for [\d.]+ s$/,
        ),
      });
      expect(await look(server.url, preparedTransactions)).toMatchObject({ level: 'ok' });
    } finally {
      await holder?.query(`ROLLBACK PREPARED 'two phases'`);
      await wait;
    }
  });
  expect((await look(server.url, preparedTransactions)).observations).toEqual([]);
});

test('slow path: eight sessions that read more partitions than a fast path has room for, and one', async () => {
  await withSessions(8, async (sessions) => {
    const [one, ...others] = sessions;
    await one?.query('BEGIN; SELECT count(*) FROM parted');
    const few = await look(server.url, lockSlowPath);
    expect(about(few, 'cluster')).toMatchObject({ value: 1, level: 'ok' });
    for (const session of others) await session.query('BEGIN; SELECT count(*) FROM parted');
    const observed = about(await look(server.url, lockSlowPath), 'cluster');
    expect(observed).toMatchObject({ value: 8, level: 'warning' });
    expect(observed.message).toMatch(
      /^8 sessions with locks outside the fast path; the most: pid \d+ \(postgres, somebody else\) with \d+ of 21, at max_locks_per_transaction = 10$/,
    );
  });
});

test('slow path: a strong lock sends weak ones there, which is not for want of room', async () => {
  await withSessions(9, async ([strong, ...sessions]) => {
    await strong?.query('BEGIN; LOCK TABLE t IN SHARE MODE');
    for (const session of sessions) await session.query('BEGIN; SELECT FROM t');
    const slow = await strong?.query(`SELECT FROM pg_locks WHERE mode = 'AccessShareLock' AND NOT fastpath`);
    expect(slow?.rowCount).toBeGreaterThanOrEqual(8);
    expect((await look(server.url, lockSlowPath)).observations).toEqual([]);
  });
});

test('lock table: filled with advisory locks, and as good as empty', async () => {
  await withSessions(1, async ([session]) => {
    expect(about(await look(server.url, lockTableUsed), 'cluster')).toMatchObject({ level: 'ok' });
    await session?.query('SELECT pg_advisory_lock(n) FROM generate_series(1, 200) AS n');
    const observed = about(await look(server.url, lockTableUsed), 'cluster');
    expect(observed.level).toBe('warning');
    expect(observed.value).toBeGreaterThan((100 * 200) / ROOM);
    expect(observed.message).toMatch(/^2[01]\d of 780 entries of the lock table are taken \(2\d %\)$/);
  });
});

test('subtransactions: more than a session can keep, and as many as it can', async () => {
  const savepoints = (count: number) =>
    Array.from({ length: count }, (_, at) => `SAVEPOINT s${at}; INSERT INTO t VALUES (${1_000 + at})`).join(
      ';',
    );
  await withSessions(1, async ([session]) => {
    await session?.query(`BEGIN; ${savepoints(64)}`);
    expect(await look(server.url, subtransactionOverflow)).toMatchObject({ level: 'ok', observations: [] });
    await session?.query('ROLLBACK');
    await session?.query(`BEGIN; ${savepoints(65)}`);
    for (const url of [server.url, plainUrl()])
      expect(about(await look(url, subtransactionOverflow), 'postgres')).toMatchObject({
        value: 1,
        level: 'warning',
        message: expect.stringMatching(
          /^1 session with more than 64 subtransactions in one transaction, such as pid \d+$/,
        ),
      });
  });
});
