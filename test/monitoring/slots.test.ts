import process from 'node:process';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { slotInactive } from '../../src/monitoring/checks/slot-inactive.ts';
import { slotLost } from '../../src/monitoring/checks/slot-lost.ts';
import { slotRetained } from '../../src/monitoring/checks/slot-retained.ts';
import { slotsWithoutLimit } from '../../src/monitoring/checks/slots-without-limit.ts';
import { standbyLag } from '../../src/monitoring/checks/standby-lag.ts';
import { standbySilent } from '../../src/monitoring/checks/standby-silent.ts';
import { subscriptionDown } from '../../src/monitoring/checks/subscription-down.ts';
import { subscriptionErrors } from '../../src/monitoring/checks/subscription-errors.ts';
import { about, look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';

const SETTINGS = { wal_level: 'logical', max_wal_size: '32MB', wal_retrieve_retry_interval: '100ms' };

let server: EmbeddedServer;
let session: Client;

beforeAll(async () => {
  server = await startEmbeddedServer({ settings: SETTINGS });
  session = await connect(server);
  await session.query('CREATE DATABASE subscriber');
  await session.query(`CREATE ROLE plain LOGIN PASSWORD 'plain'`);
});
afterAll(async () => {
  await session.end();
  await server.stop();
});

/** Writes the rest of a segment off, each with something in it. */
async function fillSegments(count: number): Promise<void> {
  for (let each = 0; each < count; each++) {
    await session.query(`SELECT pg_logical_emit_message(false, 'filler', 'x', true)`);
    await session.query('SELECT pg_switch_wal()');
  }
}

function plainUrl(): string {
  const url = new URL(server.url);
  url.username = 'plain';
  url.password = 'plain';
  return url.href;
}

test('what is not for everybody to see is not taken for nothing', async () => {
  for (const check of [standbyLag, standbySilent, subscriptionDown])
    expect(await look(plainUrl(), check)).toMatchObject({ state: 'not-visible', level: 'unknown' });
});

test('slots: none, one that nobody reads, and what it keeps until it is lost', async () => {
  for (const check of [slotInactive, slotRetained, slotLost])
    expect((await look(server.url, check)).observations).toEqual([]);
  expect(await look(server.url, slotsWithoutLimit)).toMatchObject({ level: 'ok' });
  await session.query(`SELECT pg_create_physical_replication_slot('unread', true)`);

  expect(about(await look(server.url, slotsWithoutLimit), 'cluster')).toMatchObject({
    level: 'warning',
    message: '1 replication slot and max_slot_wal_keep_size is -1',
  });
  const fresh = about(await look(server.url, slotInactive), 'unread');
  expect(fresh).toMatchObject({ level: 'ok' });
  expect(
    about(await look(server.url, slotInactive, { threshold: { warning: 0.000_1 } }), 'unread'),
  ).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(
      /^nobody has read slot unread \(physical\) for .*; it keeps .* of write-ahead log$/,
    ),
  });

  await fillSegments(3);
  expect(await look(server.url, slotRetained)).toMatchObject({ level: 'ok' });
  const retained = await look(server.url, slotRetained, { threshold: { warning: 2 ** 25 } });
  expect(about(retained, 'unread')).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(
      /^slot unread \(physical\) keeps \d+ MB of write-ahead log, without a limit$/,
    ),
  });
  expect(await look(server.url, slotLost)).toMatchObject({ level: 'ok' });

  await session.query(`ALTER SYSTEM SET max_slot_wal_keep_size = '16MB'`);
  await session.query('SELECT pg_reload_conf()');
  await expect
    .poll(async () => (await look(server.url, slotsWithoutLimit)).level, { timeout: 20_000 })
    .toBe('ok');
  expect(about(await look(server.url, slotLost), 'unread')).toMatchObject({
    level: 'critical',
    message: 'slot unread (physical) is beyond max_slot_wal_keep_size: its log goes at the next checkpoint',
  });
  await fillSegments(2);
  await session.query('CHECKPOINT');
  expect(about(await look(server.url, slotLost), 'unread')).toMatchObject({
    level: 'critical',
    message: 'slot unread (physical) is lost: wal_removed',
  });
  expect((await look(server.url, slotRetained)).observations).toEqual([]);
  await session.query(`SELECT pg_drop_replication_slot('unread')`);
  await session.query('ALTER SYSTEM RESET max_slot_wal_keep_size');
  await session.query('SELECT pg_reload_conf()');
});

test('subscriptions: a row that is there already fails again and again, and goes through once it is gone', async () => {
  const subscriber = await connect({ url: server.urlOf('subscriber') });
  const url = server.urlOf('subscriber');
  try {
    await session.query(`CREATE TABLE t (id int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t;`);
    await session.query(`SELECT pg_create_logical_replication_slot('s', 'pgoutput')`);
    await subscriber.query('CREATE TABLE t (id int PRIMARY KEY)');
    expect((await look(url, subscriptionDown)).observations).toEqual([]);
    // On one server the subscription cannot make its slot itself: it would wait for its own transaction.
    await subscriber.query(
      `CREATE SUBSCRIPTION s CONNECTION '${connectionOf(server.url)}' PUBLICATION p WITH (create_slot = false, copy_data = false)`,
    );
    await expect
      .poll(async () => about(await look(url, subscriptionDown), 's').level, { timeout: 20_000 })
      .toBe('ok');
    await expect
      .poll(async () => (await look(server.url, standbyLag)).observations, { timeout: 20_000 })
      .toMatchObject([{ subject: 's', level: 'ok' }]);
    expect(await look(server.url, standbySilent)).toMatchObject({ level: 'ok' });
    expect(about(await look(server.url, slotInactive), 's')).toMatchObject({
      value: 0,
      message: 'slot s (logical, of postgres) is being read',
    });
    await whileStopped(subscriber, async () => {
      await session.query(`INSERT INTO t SELECT generate_series(1000, 60000)`);
      const lag = await look(server.url, standbyLag, { threshold: { warning: 1_000_000 } });
      expect(about(lag, 's')).toMatchObject({
        level: 'warning',
        message: expect.stringMatching(
          /^s \(\w+, async\) is [\d.]+ MB behind: .* not sent, .* not flushed there$/,
        ),
      });
      const silence = await look(server.url, standbySilent, { threshold: { warning: 0.000_001 } });
      expect(about(silence, 's')).toMatchObject({
        level: 'warning',
        message: expect.stringMatching(/^s said .* ago how far it is$/),
      });
    });
    const silent = await look(url, subscriptionErrors, { meanwhile: async () => undefined });
    expect(about(silent, 's')).toMatchObject({ value: 0, level: 'ok' });

    await subscriber.query('INSERT INTO t VALUES (1)');
    const errors = await look(url, subscriptionErrors, {
      meanwhile: async () => {
        await session.query('INSERT INTO t VALUES (1)');
        await expect
          .poll(
            async () =>
              (await subscriber.query(`SELECT apply_error_count::int AS n FROM pg_stat_subscription_stats`))
                .rows,
            { timeout: 30_000 },
          )
          .not.toEqual([{ n: 0 }]);
      },
    });
    expect(about(errors, 's')).toMatchObject({
      level: 'critical',
      message: expect.stringMatching(
        /^subscription s: \d+ errors? while applying and 0 errors while copying in 1 minute, \d+ conflicts?$/,
      ),
    });
    await subscriber.query('DELETE FROM t');
    await expect
      .poll(async () => (await subscriber.query('SELECT id FROM t')).rows, { timeout: 30_000 })
      .toEqual([{ id: 1 }]);
    await subscriber.query('ALTER SUBSCRIPTION s DISABLE');
    expect(about(await look(url, subscriptionDown), 's')).toMatchObject({
      level: 'warning',
      message: 'subscription s is switched off',
    });
  } finally {
    await subscriber.query('ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE)');
    await subscriber.query('DROP SUBSCRIPTION s');
    await subscriber.end();
  }
});

/** Stops the worker that applies changes, as a machine that hangs does, for as long as a function runs. */
async function whileStopped(subscriber: Client, use: () => Promise<void>): Promise<void> {
  const { rows } = await subscriber.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE backend_type = 'logical replication apply worker'`,
  );
  for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
  try {
    await use();
  } finally {
    for (const { pid } of rows) process.kill(pid, 'SIGCONT');
  }
}

/** The words of libpq for a URL. */
function connectionOf(url: string): string {
  const { hostname, port, username, password, pathname } = new URL(url);
  return `host=${hostname} port=${port} user=${username} password=${password} dbname=${pathname.slice(1)}`;
}
