import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { autovacuumOff } from '../../src/monitoring/checks/autovacuum-off.ts';
import { autovacuumWorkersBusy } from '../../src/monitoring/checks/autovacuum-workers-busy.ts';
import { deadRows } from '../../src/monitoring/checks/dead-rows.ts';
import { freezeOverdue } from '../../src/monitoring/checks/freeze-overdue.ts';
import { multixactIdAge } from '../../src/monitoring/checks/multixact-id-age.ts';
import { partitionedNotAnalyzed } from '../../src/monitoring/checks/partitioned-not-analyzed.ts';
import { serverUptime } from '../../src/monitoring/checks/server-uptime.ts';
import { statisticsAge } from '../../src/monitoring/checks/statistics-age.ts';
import { transactionIdAge } from '../../src/monitoring/checks/transaction-id-age.ts';
import { vacuumRunning } from '../../src/monitoring/checks/vacuum-running.ts';
import { xminHorizon } from '../../src/monitoring/checks/xmin-horizon.ts';
import { about, look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';

/** Vacuumed by hand, until a test switches it on; ids are to be frozen as early as the server lets them. */
const SETTINGS = {
  // Or VACUUM right after a load finds no page all-visible.
  synchronous_commit: 'on',
  autovacuum_max_workers: '1',
  autovacuum_naptime: '1s',
  autovacuum_freeze_max_age: '100000',
  max_prepared_transactions: '2',
  wal_level: 'logical',
  track_cost_delay_timing: 'on',
};

let server: EmbeddedServer;
let session: Client;

beforeAll(async () => {
  server = await startEmbeddedServer({ settings: SETTINGS });
  session = await connect(server);
  await session.query('ALTER SYSTEM SET autovacuum = off');
  await session.query('SELECT pg_reload_conf()');
  await vi.waitUntil(
    async () =>
      (await session.query<{ autovacuum: string }>('SHOW autovacuum')).rows[0]?.autovacuum === 'off',
  );
  await session.query(`CREATE ROLE plain LOGIN PASSWORD 'plain'`);
});
afterAll(async () => {
  await session.end();
  await server.stop();
});

/** Runs statements, each in a transaction of its own, and hands in what each has counted. */
async function counted(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await session.query(statement);
    await session.query('SELECT pg_stat_force_next_flush()');
  }
}

/** Of the same server, as a role that is granted nothing. */
function plainUrl(): string {
  const url = new URL(server.url);
  url.username = 'plain';
  url.password = 'plain';
  return url.href;
}

test('what other roles’ processes do is not visible without the rights to it', async () => {
  for (const check of [autovacuumWorkersBusy, vacuumRunning, xminHorizon])
    expect(await look(plainUrl(), check)).toMatchObject({ state: 'not-visible', level: 'unknown' });
});

test('dead rows: half of a table, and none after a vacuum', async () => {
  await counted(
    `CREATE TABLE dead AS SELECT id FROM generate_series(1, 24000) AS id`,
    `DELETE FROM dead WHERE id % 2 = 0`,
  );
  expect(about(await look(server.url, deadRows), 'public.dead')).toMatchObject({
    value: 50,
    level: 'critical',
    message: '12,000 of 24,000 rows of public.dead are dead (50 %)',
  });
  await counted('VACUUM dead');
  expect((await look(server.url, deadRows)).observations).toEqual([]);
});

test('analyze: the whole of a partitioned table', async () => {
  await counted(
    `CREATE TABLE parted (id int) PARTITION BY RANGE (id)`,
    `CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (20000)`,
    `INSERT INTO parted SELECT generate_series(1, 12000)`,
    `ANALYZE parted_1`,
  );
  expect(about(await look(server.url, partitionedNotAnalyzed), 'public.parted')).toMatchObject({
    value: 12_000,
    level: 'warning',
    message: 'public.parted has no statistics as a whole; 12,000 rows are in 1 partition',
  });
  await session.query('ANALYZE ONLY parted');
  expect((await look(server.url, partitionedNotAnalyzed)).observations).toEqual([]);
});

test('autovacuum: off for the server and for a table', async () => {
  await session.query('CREATE TABLE never (id int) WITH (autovacuum_enabled = no)');
  const off = await look(server.url, autovacuumOff);
  expect(about(off, 'autovacuum')).toMatchObject({ level: 'critical' });
  expect(about(off, 'public.never')).toMatchObject({ level: 'warning' });
  await session.query('ALTER TABLE never RESET (autovacuum_enabled)');
  const { observations } = await look(server.url, autovacuumOff);
  expect(observations.map(({ subject }) => subject)).toEqual(['autovacuum']);
});

test('vacuum: one that runs, with its delays', async () => {
  await session.query(
    'CREATE TABLE slow AS SELECT id FROM generate_series(1, 50000) AS id; DELETE FROM slow WHERE id % 2 = 0',
  );
  expect((await look(server.url, vacuumRunning)).observations).toEqual([]);
  const vacuum = await connect(server);
  try {
    await vacuum.query('SET vacuum_cost_delay = 20; SET vacuum_cost_limit = 1');
    const done = vacuum.query('VACUUM slow').catch(() => null);
    const running = () => look(server.url, vacuumRunning, { threshold: { warning: 0.000_001 } });
    await expect.poll(async () => (await running()).level, { timeout: 20_000 }).toBe('warning');
    await expect
      .poll(async () => about(await running(), 'public.slow').message, { timeout: 20_000 })
      .toMatch(
        /^VACUUM has been at public\.slow for .*: scanning heap, [\d.]+ % of its pages scanned, [\d.]+ % of the time in cost delays$/,
      );
    await session.query(
      `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'VACUUM slow' AND pid <> pg_backend_pid()`,
    );
    await done;
  } finally {
    await vacuum.end();
  }
  await session.query('DROP TABLE slow');
});

test('ids: who has the oldest, by half of what there is', async () => {
  const few = await look(server.url, transactionIdAge);
  expect(few).toMatchObject({ level: 'ok' });
  const many = await look(server.url, transactionIdAge, { threshold: { warning: 1e-9 } });
  expect(about(many, 'postgres').message).toMatch(
    /^the oldest of postgres is [\d,]+ transaction ids old \([\d.]+ % of what there is\); autovacuum freezes at 100,000$/,
  );
  expect(about(many, 'postgres').level).toBe('warning');
});

test('ids: rows that several lock', async () => {
  expect((await look(server.url, multixactIdAge, { threshold: { warning: 1e-9 } })).level).toBe('ok');
  await session.query('CREATE TABLE shared AS SELECT 1 AS id');
  const [one, other] = [await connect(server), await connect(server)];
  try {
    for (const each of [one, other]) await each.query('BEGIN; SELECT FROM shared FOR SHARE');
  } finally {
    await one.end();
    await other.end();
  }
  const report = await look(server.url, multixactIdAge, { threshold: { warning: 1e-9 } });
  expect(about(report, 'postgres')).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/is 1 multixact ids old/),
  });
});

test('the horizon: a session, a slot and a prepared transaction hold it; nobody does', async () => {
  const threshold = { warning: 50 };
  expect(await look(server.url, xminHorizon, { threshold })).toMatchObject({ level: 'ok' });
  const holder = await connect(server);
  try {
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    await session.query(
      `SELECT pg_create_logical_replication_slot('unread', 'test_decoding');
       BEGIN; CREATE TABLE half_done (); PREPARE TRANSACTION 'half'`,
    );
    await burn(60);
    const report = await look(server.url, xminHorizon, { threshold });
    expect(report.observations.map(({ subject, level }) => [subject, level])).toEqual(
      expect.arrayContaining([
        ['sessions', 'warning'],
        ['slot unread', 'warning'],
        ['prepared transactions', 'warning'],
      ]),
    );
    expect(about(report, 'sessions').message).toMatch(
      /last \d+ transactions can be removed: pid \d+ \(postgres, somebody else\) of postgres, idle in transaction may still see it$/,
    );
  } finally {
    await holder.end();
    await session.query(`ROLLBACK PREPARED 'half'`);
    await session.query(`SELECT pg_drop_replication_slot('unread')`);
  }
});

test('the counters of a database: reset a moment ago, and never', async () => {
  expect((await look(server.url, statisticsAge)).observations).toEqual([]);
  await session.query('SELECT pg_stat_reset()');
  const report = await look(server.url, statisticsAge);
  expect(about(report, 'postgres')).toMatchObject({
    level: 'warning',
    message: expect.stringContaining('the counters of postgres were reset'),
  });
});

test('the server: started a moment ago, and a while ago', async () => {
  expect(await look(server.url, serverUptime)).toMatchObject({ level: 'warning' });
  expect(await look(server.url, serverUptime, { threshold: { warning: 0 } })).toMatchObject({ level: 'ok' });
});

test('freezing: overdue while a session holds it up, done by autovacuum after that', async () => {
  expect((await look(server.url, freezeOverdue)).level).toBe('ok');
  const holder = await connect(server);
  try {
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    await burn(130_000);
    const overdue = await look(server.url, freezeOverdue);
    expect(about(overdue, 'postgres')).toMatchObject({ level: 'critical' });
    expect(about(overdue, 'postgres').message).toMatch(
      /^postgres has not frozen 13\d,\d+ transaction ids; autovacuum_freeze_max_age is 100,000 \(13[\d.]+ %\)$/,
    );
  } finally {
    await holder.end();
  }
  await counted('ALTER SYSTEM RESET autovacuum', 'SELECT pg_reload_conf()');
  await expect
    .poll(async () => (await look(server.url, freezeOverdue)).level, { timeout: 60_000, interval: 200 })
    .toBe('ok');
  expect(await look(server.url, autovacuumOff)).toMatchObject({ level: 'ok', observations: [] });
});

test('autovacuum: its only worker is busy, and none is', async () => {
  const busy = () => look(server.url, autovacuumWorkersBusy);
  await expect.poll(async () => (await busy()).level, { timeout: 20_000 }).toBe('ok');
  await counted(
    `CREATE TABLE busy AS SELECT id FROM generate_series(1, 50000) AS id`,
    `DELETE FROM busy WHERE id % 2 = 0`,
    `ALTER TABLE busy SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)`,
  );
  // Its work at other tables is over between two looks.
  await vi.waitFor(
    async () =>
      expect(about(await busy(), 'cluster')).toMatchObject({
        value: 100,
        level: 'warning',
        message: '1 of 1 autovacuum workers run (100 %)',
      }),
    { timeout: 30_000 },
  );
});

/** Uses transaction ids up. */
async function burn(count: number): Promise<void> {
  await session.query(
    `DO $$ BEGIN FOR i IN 1..${count} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`,
  );
}
