import { chown, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import process from 'node:process';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { connectionsDaysLeft } from '../../src/monitoring/checks/connections-days-left.ts';
import { databaseGrowth } from '../../src/monitoring/checks/database-growth.ts';
import { diskDaysLeft } from '../../src/monitoring/checks/disk-days-left.ts';
import { diskUsed } from '../../src/monitoring/checks/disk-used.ts';
import { integerColumnDaysLeft } from '../../src/monitoring/checks/integer-column-days-left.ts';
import { materializedViews } from '../../src/monitoring/checks/materialized-views.ts';
import { multixactIdDaysLeft } from '../../src/monitoring/checks/multixact-id-days-left.ts';
import { slotTimeLeft } from '../../src/monitoring/checks/slot-time-left.ts';
import { sequenceDaysLeft } from '../../src/monitoring/checks/sequence-days-left.ts';
import { transactionIdDaysLeft } from '../../src/monitoring/checks/transaction-id-days-left.ts';
import type { CheckReport } from '../../src/monitoring/report.ts';
import type { AnyRow, Past } from '../../src/monitoring/sample.ts';
import { PLACES_SQL, VOLUME_ROW } from '../../src/monitoring/volumes.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { readMonitoredServer } from '../../src/watch/read-server.ts';
import { readVolumes } from '../../src/watch/read-volumes.ts';
import { about, look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';

/** Ids are overdue as early as the server lets them be. */
const SETTINGS = {
  autovacuum: 'off',
  autovacuum_freeze_max_age: '100000',
  autovacuum_multixact_freeze_max_age: '10000',
  max_slot_wal_keep_size: '1GB',
};
const DAY = 86_400;
const DAYS = 20;

let server: EmbeddedServer;
let session: Client;

beforeAll(async () => {
  server = await startEmbeddedServer({ settings: SETTINGS });
  session = await connect(server);
  await session.query(`CREATE ROLE plain LOGIN PASSWORD 'plain'`);
});
afterAll(async () => {
  await session.end();
  await server.stop();
});

const VOLUME_ROWS = z.array(VOLUME_ROW);

/** Twenty days in which a number of the real rows has come to what it is now, from a share of it. */
function grownFrom(share: number, name: string) {
  return (rows: readonly AnyRow[], at: number): readonly Past<AnyRow>[] =>
    Array.from({ length: DAYS }, (_, day) => ({
      at: at - (DAYS - day) * DAY,
      rows: rows.map((row) => ({
        ...row,
        [name]: Number(row[name]) * (share + ((1 - share) * day) / DAYS),
      })),
    }));
}

function plainUrl(): string {
  const url = new URL(server.url);
  url.username = 'plain';
  url.password = 'plain';
  return url.href;
}

test('databases: one that doubles in days, one that rests, and one look', async () => {
  const doubles = await look(server.url, databaseGrowth, { history: grownFrom(0.1, 'bytes') });
  expect(about(doubles, 'postgres')).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(
      /^postgres has [\d.]+ MB, grows by .* a day; twice of it: in 2\d days \(95 %: 2\d days to 2\d days\)$/,
    ),
  });
  expect(await look(server.url, databaseGrowth, { history: grownFrom(1, 'bytes') })).toMatchObject({
    level: 'ok',
  });
  expect(about(await look(server.url, databaseGrowth), 'postgres')).toMatchObject({
    level: 'unknown',
    message: expect.stringContaining('a forecast needs 14 samples over 7 days'),
  });
});

test('databases: the size of one that a role may not enter is not visible', async () => {
  await session.query('CREATE DATABASE closed');
  await session.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
  const report = await look(plainUrl(), databaseGrowth, { history: grownFrom(1, 'bytes') });
  expect(about(report, 'closed')).toMatchObject({
    level: 'unknown',
    message: expect.stringContaining('not visible'),
  });
  expect(about(report, 'postgres')).toMatchObject({ level: 'ok' });
});

test('connections: they grow towards the limit, and stay as they are', async () => {
  const grows = await look(server.url, connectionsDaysLeft, {
    history: grownFrom(0.1, 'used'),
    threshold: { warning: 100_000, critical: null },
  });
  expect(about(grows, 'cluster')).toMatchObject({ level: 'warning', unit: 'days' });
  expect(await look(server.url, connectionsDaysLeft, { history: grownFrom(1, 'used') })).toMatchObject({
    level: 'ok',
  });
  expect(await look(plainUrl(), connectionsDaysLeft)).toMatchObject({ state: 'not-visible' });
});

test('ids: nobody freezes them, the end is in sight; before they are due it is not', async () => {
  const young = await look(server.url, transactionIdDaysLeft, { history: grownFrom(0.1, 'age') });
  expect(young).toMatchObject({ level: 'ok' });
  expect(await look(server.url, multixactIdDaysLeft, { history: grownFrom(0.1, 'age') })).toMatchObject({
    level: 'ok',
  });
  const holder = await connect(server);
  try {
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    await session.query(
      'DO $$ BEGIN FOR i IN 1..101000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$',
    );
    const overdue = await look(server.url, transactionIdDaysLeft, {
      history: grownFrom(0.1, 'age'),
      threshold: { warning: 1_000_000 },
    });
    expect(about(overdue, 'postgres')).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(
        /^the oldest of postgres is 10\d,\d+ transaction ids old, more than the 100,000 at which autovacuum freezes; the end: in [\d.,]+ years \(95 %: /,
      ),
    });
    expect(await look(server.url, transactionIdDaysLeft, { history: grownFrom(1, 'age') })).toMatchObject({
      level: 'ok',
    });
  } finally {
    await holder.end();
  }
});

test('multixact ids: nobody freezes them', async () => {
  await session.query('CREATE TABLE shared AS SELECT 1 AS id');
  const holder = await connect(server);
  const other = await connect(server);
  try {
    await holder.query('BEGIN; SELECT FROM shared FOR KEY SHARE');
    await other.query(
      `DO $$ BEGIN FOR i IN 1..10500 LOOP PERFORM FROM shared FOR KEY SHARE; COMMIT; END LOOP; END $$`,
    );
    const report = await look(server.url, multixactIdDaysLeft, {
      history: grownFrom(0.1, 'age'),
      threshold: { warning: 10_000_000 },
    });
    expect(about(report, 'postgres')).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(/^the oldest of postgres is 10,\d+ multixact ids old/),
    });
  } finally {
    await holder.end();
    await other.end();
  }
});

test('columns: an integer that a larger sequence fills, and one whose sequence ends with it', async () => {
  await session.query(
    `CREATE TABLE small (id int PRIMARY KEY);
     CREATE SEQUENCE large OWNED BY small.id;
     ALTER TABLE small ALTER id SET DEFAULT nextval('large');
     SELECT setval('large', 1900000000);
     CREATE TABLE usual (id serial PRIMARY KEY, other bigserial); INSERT INTO usual DEFAULT VALUES`,
  );
  const grows = await look(server.url, integerColumnDaysLeft, { history: grownFrom(0.1, 'used') });
  expect(grows.observations).toHaveLength(1);
  expect(about(grows, 'public.small.id')).toMatchObject({
    level: 'critical',
    message: expect.stringMatching(
      /^public\.small\.id has used 88 % of its values; the end: in [23]\.?\d* days \(95 %/,
    ),
  });
  const rests = await look(server.url, integerColumnDaysLeft, { history: grownFrom(1, 'used') });
  expect(rests).toMatchObject({ level: 'ok' });
});

test('sequences and columns: nearly used up is a breach without a forecast, and what may not be read is not fine', async () => {
  await session.query(
    `CREATE SCHEMA kept;
     CREATE TABLE kept.nearly (id serial PRIMARY KEY, other int);
     SELECT setval('kept.nearly_id_seq', 2140000000);
     CREATE TABLE kept.soon (id serial PRIMARY KEY);
     SELECT setval('kept.soon_id_seq', 1970000000);
     CREATE SEQUENCE kept.beyond OWNED BY kept.nearly.other;
     ALTER TABLE kept.nearly ALTER other SET DEFAULT nextval('kept.beyond');
     SELECT setval('kept.beyond', 2140000000)`,
  );
  const sequences = await look(server.url, sequenceDaysLeft);
  expect(about(sequences, 'kept.nearly_id_seq')).toMatchObject({ level: 'critical', value: null });
  expect(about(sequences, 'kept.soon_id_seq')).toMatchObject({
    level: 'warning',
    message: expect.stringContaining('has used 92 % of its values'),
  });
  expect(about(await look(server.url, integerColumnDaysLeft), 'kept.nearly.other')).toMatchObject({
    level: 'critical',
  });
  for (const check of [sequenceDaysLeft, integerColumnDaysLeft]) {
    const hidden = await look(plainUrl(), check);
    expect(hidden).toMatchObject({ level: 'unknown' });
    expect(about(hidden, 'not visible')).toMatchObject({
      level: 'unknown',
      message: expect.stringContaining('may not be read by this role'),
    });
  }
  await session.query(
    'GRANT USAGE ON SCHEMA kept TO plain; GRANT SELECT ON ALL SEQUENCES IN SCHEMA kept, public TO plain',
  );
  expect(about(await look(plainUrl(), sequenceDaysLeft), 'kept.nearly_id_seq')).toMatchObject({
    level: 'critical',
  });
  await session.query('DROP SCHEMA kept CASCADE');
});

/** Four hours, looked at every five minutes, in which what a slot may still keep has come down to what it is now. */
function shrunkTo(share: number) {
  return (rows: readonly AnyRow[], at: number): readonly Past<AnyRow>[] =>
    Array.from({ length: 48 }, (_, each) => ({
      at: at - (48 - each) * 300,
      rows: rows.map((row) => ({
        ...row,
        safeBytes: Number(row['safeBytes']) * (1 + ((share - 1) * (48 - each)) / 48),
      })),
    }));
}

test('slots: lost within hours by how the last of them went, not while nothing is written, and one look', async () => {
  expect((await look(server.url, slotTimeLeft)).observations).toEqual([]);
  await session.query(`SELECT pg_create_physical_replication_slot('unread', true)`);
  const report = await look(server.url, slotTimeLeft, { history: shrunkTo(1.5) });
  expect(about(report, 'unread')).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(
      /may still be written before slot unread \(physical\) is lost: in 8 hours \(95 %: 8 hours to 8 hours\), at 12\d MB an hour$/,
    ),
  });
  const rest = await look(server.url, slotTimeLeft, { history: shrunkTo(1) });
  expect(about(rest, 'unread')).toMatchObject({ level: 'ok' });
  expect(about(await look(server.url, slotTimeLeft), 'unread')).toMatchObject({
    level: 'unknown',
    message: expect.stringMatching(/a forecast needs 14 samples over 15 minutes; there are 1$/),
  });
});

test('materialized views: without rows, without a unique index, and as they should be', async () => {
  await session.query(
    `CREATE MATERIALIZED VIEW empty AS SELECT 1 AS id WITH NO DATA;
     CREATE MATERIALIZED VIEW large_view AS SELECT i, repeat('x', 1000) AS filler FROM generate_series(1, 15000) AS i;
     CREATE MATERIALIZED VIEW tiny AS SELECT 1 AS id`,
  );
  await session.query('ANALYZE large_view');
  const report = await look(server.url, materializedViews);
  expect(about(report, 'public.empty')).toMatchObject({
    level: 'warning',
    advice: 'REFRESH MATERIALIZED VIEW public.empty',
  });
  expect(about(report, 'public.large_view')).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^public\.large_view \(\d+ MB\) has no unique index on plain columns/),
  });
  expect(about(report, 'public.tiny')).toMatchObject({ level: 'ok' });
  await session.query('REFRESH MATERIALIZED VIEW empty');
  await session.query('CREATE UNIQUE INDEX ON large_view (i)');
  expect(await look(server.url, materializedViews)).toMatchObject({ level: 'ok' });
});

describe.runIf(process.platform === 'linux')('disks', () => {
  /** The volume that the data is on. */
  const dataOf = (report: CheckReport) =>
    report.observations.find(({ message }) => message.includes('(data'));

  async function setWalSize(command: string): Promise<void> {
    const inForce = async () => String((await session.query('SHOW max_wal_size')).rows[0]?.max_wal_size);
    const before = await inForce();
    await session.query(`ALTER SYSTEM ${command}`);
    await session.query('SELECT pg_reload_conf()');
    await expect.poll(inForce, { timeout: 20_000, interval: 10 }).not.toBe(before);
  }

  test('are as full as df says, and a mark fires', async () => {
    const { bsize, blocks, bfree, bavail } = await statfs(server.dataDirectory);
    const percent = (100 * (blocks - bfree)) / (blocks - bfree + bavail);
    const used = await look(server.url, diskUsed, { threshold: { warning: percent / 2, critical: null } });
    expect(dataOf(used)).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(
        /^\S+ \(data, write-ahead log\) has [\d.]+ [GT]B free, of which the write/,
      ),
    });
    expect(Math.abs(Number(dataOf(used)?.value) - percent) * blocks * bsize).toBeLessThan(100 * 2 ** 30);
    expect(
      dataOf(await look(server.url, diskUsed, { threshold: { warning: 100, critical: null } })),
    ).toMatchObject({ level: 'ok' });
  });

  test('fill, rest, and one look', async () => {
    const threshold = { warning: 1e9, critical: null };
    const fills = await look(server.url, diskDaysLeft, { history: grownFrom(0.5, 'usedBytes'), threshold });
    expect(dataOf(fills)).toMatchObject({
      level: 'warning',
      value: expect.any(Number),
      message: expect.stringMatching(/fills by .* a day; the end: in .* \(95 %: .* to .*\)$/),
    });
    const rests = await look(server.url, diskDaysLeft, { history: grownFrom(1, 'usedBytes'), threshold });
    expect(dataOf(rests)).toMatchObject({ level: 'ok' });
    expect(dataOf(await look(server.url, diskDaysLeft))).toMatchObject({ level: 'unknown', value: null });
  });

  test('have no day left where the write-ahead log may take more than there is', async () => {
    await setWalSize(`SET max_wal_size = '2000TB'`);
    expect(dataOf(await look(server.url, diskDaysLeft))).toMatchObject({
      level: 'critical',
      value: 0,
      message: expect.stringMatching(/may take 2 PB: that is more than there is$/),
    });
    await setWalSize('RESET max_wal_size');
  });

  test('a tablespace is on the disk that it is on', async () => {
    const folder = await mkdtemp('/dev/shm/pitstop-');
    onTestFinished(() => rm(folder, { recursive: true }));
    const { uid, gid } = await stat(server.dataDirectory);
    await chown(folder, uid, gid);
    await session.query(`CREATE TABLESPACE "fast one" LOCATION '${folder}'`);
    const report = await look(server.url, diskUsed);
    expect(about(report, '/dev/shm').message).toMatch(/^\/dev\/shm \(tablespace "fast one"\) has /);
    expect(dataOf(report)?.message).not.toContain('fast one');
    await session.query('DROP TABLESPACE "fast one"');
  });

  test('are not visible to a role without the rights, nor where the server is not seen', async () => {
    for (const check of [diskUsed, diskDaysLeft])
      expect(await look(plainUrl(), check)).toMatchObject({ state: 'not-visible', level: 'unknown' });
    await withSession(parseTarget(server.url, {}), 'monitor', null, async (own) => {
      // As through a tunnel: the process of that number is not the server's.
      const far = { ...own, backendPid: process.pid };
      const [asked, places] = [await readMonitoredServer(own), await own.query(PLACES_SQL)];
      expect(await readVolumes(far, asked, places, null)).toMatchObject({
        state: 'not-visible',
        advice: expect.stringContaining('monitor.disk'),
      });
      // Where its size is said it is as full as the server counts.
      const [counted] = VOLUME_ROWS.parse(await readVolumes(far, asked, places, 100 * 2 ** 30));
      expect(counted).toMatchObject({ volume: 'disk', reason: null });
      expect(counted?.usedBytes).toBeGreaterThan(10 * 2 ** 20);
      expect(Number(counted?.usedBytes) + Number(counted?.freeBytes)).toBe(100 * 2 ** 30);
      const [full] = VOLUME_ROWS.parse(await readVolumes(far, asked, places, 2 ** 20));
      expect(full?.freeBytes).toBe(0);
    });
  });
});
