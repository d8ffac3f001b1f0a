import { open } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { aioHandles } from '../../src/monitoring/checks/aio-handles.ts';
import { aioWorkers } from '../../src/monitoring/checks/aio-workers.ts';
import { archiverBacklog } from '../../src/monitoring/checks/archiver-backlog.ts';
import { archiverFailing } from '../../src/monitoring/checks/archiver-failing.ts';
import { backgroundWriterLimit } from '../../src/monitoring/checks/background-writer-limit.ts';
import { bufferTurnover } from '../../src/monitoring/checks/buffer-turnover.ts';
import { checkpointSyncTime } from '../../src/monitoring/checks/checkpoint-sync-time.ts';
import { checkpointsRequested } from '../../src/monitoring/checks/checkpoints-requested.ts';
import { checksumFailures } from '../../src/monitoring/checks/checksum-failures.ts';
import { clientFsyncs } from '../../src/monitoring/checks/client-fsyncs.ts';
import { clientWrites } from '../../src/monitoring/checks/client-writes.ts';
import { readLatency } from '../../src/monitoring/checks/read-latency.ts';
import { readWait } from '../../src/monitoring/checks/read-wait.ts';
import { tempTableIo } from '../../src/monitoring/checks/temp-table-io.ts';
import { walBuffersFull } from '../../src/monitoring/checks/wal-buffers-full.ts';
import { walDirectorySize } from '../../src/monitoring/checks/wal-directory-size.ts';
import { walFullPageImages } from '../../src/monitoring/checks/wal-full-page-images.ts';
import { walRate } from '../../src/monitoring/checks/wal-rate.ts';
import type { Check } from '../../src/monitoring/check.ts';
import { about, look, type Look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';

/** Everything is too small: a few megabytes of rows go through all of it. */
const SETTINGS = {
  shared_buffers: '1MB',
  wal_buffers: '32kB',
  max_wal_size: '32MB',
  full_page_writes: 'on',
  archive_mode: 'on',
  bgwriter_delay: '10ms',
  bgwriter_lru_maxpages: '1',
  track_io_timing: 'on',
  io_workers: '1',
  io_max_concurrency: '2',
  autovacuum: 'off',
};
/** 24 MB of rows, more than shared_buffers by far. */
const WRITE = `INSERT INTO load SELECT i, repeat('x', 400) FROM generate_series(1, 50000) AS i`;

let server: EmbeddedServer;
let session: Client;

beforeAll(async () => {
  server = await startEmbeddedServer({ settings: SETTINGS });
  session = await connect(server);
  await session.query(`ALTER SYSTEM SET archive_command = 'false'`);
  await session.query('SELECT pg_reload_conf()');
  await session.query('CREATE TABLE load (id int, filler text)');
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

const nothing = async () => undefined;

/** What the only observation of a check says. */
async function seen(check: Check, how: Look) {
  return about(await look(server.url, check, how), 'cluster');
}

/** Stops a process of our server for as long as a function runs. */
async function whilePaused(backendType: string, use: () => Promise<unknown>): Promise<void> {
  const { rows } = await session.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE backend_type = $1',
    [backendType],
  );
  for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
  try {
    await use();
  } finally {
    for (const { pid } of rows) process.kill(pid, 'SIGCONT');
  }
}

function plainUrl(): string {
  const url = new URL(server.url);
  url.username = 'plain';
  url.password = 'plain';
  return url.href;
}

test('what is not for everybody to see is not taken for nothing', async () => {
  for (const check of [walDirectorySize, archiverBacklog, aioHandles, aioWorkers])
    expect(await look(plainUrl(), check)).toMatchObject({ state: 'not-visible', level: 'unknown' });
});

test('log: how fast it grows', async () => {
  expect(await seen(walRate, { meanwhile: nothing })).toMatchObject({ level: 'ok' });
  const grown = await seen(walRate, { meanwhile: () => counted(WRITE), seconds: 1 });
  expect(grown).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^2\d MB of write-ahead log in 1 s \(2\d MB a second\), [\d,]+ records$/),
  });
  expect(await look(server.url, walRate)).toMatchObject({ level: 'unknown' });
  const reset = { meanwhile: () => counted(`SELECT pg_stat_reset_shared('wal')`) };
  expect(await seen(walRate, reset)).toMatchObject({
    level: 'unknown',
    message: 'no rate of write-ahead log: the statistics were reset in between',
  });
});

test('log: whole pages after a checkpoint, few without one, and none to speak of in little', async () => {
  const touch = 'UPDATE load SET id = -id WHERE id % 15 = 0';
  const images = await seen(walFullPageImages, {
    meanwhile: () => counted('CHECKPOINT', touch),
  });
  expect(images).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(
      /images of pages in .* of write-ahead log in 1 minute: up to [\d.]+ % of it, uncompressed$/,
    ),
  });
  expect(await seen(walFullPageImages, { meanwhile: () => counted(WRITE) })).toMatchObject({ level: 'ok' });
  expect(await seen(walFullPageImages, { meanwhile: nothing })).toMatchObject({
    level: 'ok',
    message: expect.stringContaining('too little to judge by'),
  });
});

test('log: buffers that are full, and that are not', async () => {
  const full = await seen(walBuffersFull, { meanwhile: () => counted(WRITE) });
  expect(full).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^wal_buffers of 32 kB were full/),
  });
  expect(await seen(walBuffersFull, { meanwhile: nothing })).toMatchObject({ value: 0, level: 'ok' });
});

test('archive: it fails, waits, and gets through', async () => {
  await counted('SELECT pg_switch_wal()', WRITE);
  const failing = () => seen(archiverFailing, { threshold: { warning: 0.001 } });
  await expect.poll(async () => (await failing()).level, { timeout: 20_000 }).toBe('warning');
  expect((await failing()).message).toMatch(
    /^archiving [0-9A-F]{24} fails; none has succeeded in .* \(\d+ failures?\)$/,
  );
  const backlog = await seen(archiverBacklog, { threshold: { warning: 1 } });
  expect(backlog.level).toBe('warning');
  expect(backlog.message).toMatch(/^\d+ segments? \(\d+ MB\) of write-ahead log to archive$/);
  // Nothing that was not archived may go.
  const size = await seen(walDirectorySize, {});
  expect(size).toMatchObject({
    level: expect.stringMatching(/warning|critical/),
    message: expect.stringMatching(/ of the 32 MB that max_wal_size and wal_keep_size plan for$/),
  });
  await counted(
    `ALTER SYSTEM SET archive_command = 'true'`,
    'SELECT pg_reload_conf()',
    'SELECT pg_switch_wal()',
  );
  await expect
    .poll(async () => (await seen(archiverBacklog, { threshold: { warning: 1 } })).level, { timeout: 30_000 })
    .toBe('ok');
  await expect.poll(async () => (await failing()).level, { timeout: 20_000 }).toBe('ok');
  await counted('CHECKPOINT');
  expect(await seen(walDirectorySize, {})).toMatchObject({ level: 'ok' });
});

test('checkpoints: requested ones, in the last hour', async () => {
  const hourAgo: Look['history'] = (rows, at) => [
    { at: at - 3_000, rows: rows.map((row) => ({ ...row, requested: Number(row['requested']) - 5 })) },
  ];
  await counted('CHECKPOINT', 'CHECKPOINT', 'CHECKPOINT', 'CHECKPOINT', 'CHECKPOINT', 'CHECKPOINT');
  expect(await seen(checkpointsRequested, { history: hourAgo })).toMatchObject({
    value: 100,
    level: 'warning',
    message: '5 of 5 checkpoints were requested in 50 minutes (100 %)',
  });
  const same: Look['history'] = (rows, at) => [{ at: at - 3_000, rows }];
  expect(await seen(checkpointsRequested, { history: same })).toMatchObject({ value: 0, level: 'ok' });
  expect(await seen(checkpointsRequested, {})).toMatchObject({ level: 'unknown' });
});

test('checkpoints: what they wait for the disk', async () => {
  const before: { rows: readonly Record<string, unknown>[] } = { rows: [] };
  await look(server.url, checkpointSyncTime, {
    history: (rows) => {
      before.rows = rows;
      return [];
    },
  });
  await counted(WRITE, 'CHECKPOINT');
  const history: Look['history'] = (_, at) => [{ at: at - 600, rows: before.rows }];
  const waited = await seen(checkpointSyncTime, { history, threshold: { warning: 0.000_01 } });
  expect(waited).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^[\d,]+ checkpoints? in 10 minutes waited .* each for the disk$/),
  });
  expect(await seen(checkpointSyncTime, { history })).toMatchObject({ level: 'ok' });
});

test('writes: sessions make room themselves where the background writer stops', async () => {
  const write = { meanwhile: () => counted(WRITE) };
  expect(await seen(clientWrites, write)).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^sessions wrote [\d,]+ of [\d,]+ pages in 1 minute/),
  });
  expect(await seen(clientWrites, { meanwhile: nothing })).toMatchObject({ level: 'ok' });
  expect(await seen(backgroundWriterLimit, { ...write, threshold: { warning: 0.01 } })).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^the background writer stopped [\d,]+ times? in 1 minute at 1 pages/),
  });
  expect(await seen(backgroundWriterLimit, { meanwhile: nothing })).toMatchObject({ level: 'ok' });
});

test('syncs: sessions sync files by themselves while the checkpointer takes no requests', async () => {
  // Its queue is as long as there are shared buffers: 128.
  const fill = () =>
    whilePaused('checkpointer', () =>
      counted(
        `DO $$ BEGIN FOR i IN 1..200 LOOP EXECUTE format('CREATE TABLE one_%s AS SELECT 1 AS id', i); END LOOP; END $$`,
      ),
    );
  expect(await seen(clientFsyncs, { meanwhile: fill })).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^sessions synced \d+ files in 1 minute$/),
  });
  expect(await seen(clientFsyncs, { meanwhile: nothing })).toMatchObject({ value: 0, level: 'ok' });
});

test('reads: what sessions wait for them', async () => {
  await counted('TRUNCATE load', WRITE, 'CREATE INDEX load_id ON load (id)', 'VACUUM load');
  const scan = {
    meanwhile: () =>
      counted(
        'SET enable_seqscan = off; SET enable_bitmapscan = off; SELECT sum(length(filler)) FROM load WHERE id > 0; RESET ALL',
      ),
    seconds: 0.1,
  };
  const waits = await look(server.url, readWait, { ...scan, threshold: { warning: 0.01, critical: null } });
  expect(about(waits, 'postgres')).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(
      /^sessions of postgres read [\d,]+ blocks in .*, at [\d.]+ ms each: [\d.]+ % of their time$/,
    ),
  });
  expect(about(await look(server.url, readWait, { meanwhile: nothing }), 'postgres')).toMatchObject({
    level: 'ok',
  });
  expect(await seen(readLatency, { ...scan, threshold: { warning: 0.000_1 } })).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^[\d,]+ reads in .* took [\d.]+ ms each$/),
  });
  expect(await seen(readLatency, scan)).toMatchObject({ level: 'ok' });
  expect(await seen(bufferTurnover, scan)).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(
      /^[\d,]+ pages thrown out of shared_buffers of 1 MB in .*: all of it in .* s$/,
    ),
  });
  expect(await seen(bufferTurnover, { meanwhile: nothing, seconds: 3_600 })).toMatchObject({ level: 'ok' });
});

test('reads: temporary tables larger than their buffers', async () => {
  const small = () =>
    counted(
      `CREATE TEMPORARY TABLE small AS SELECT i, repeat('x', 400) FROM generate_series(1, 30000) AS i`,
      'SELECT count(*) FROM small',
      'DROP TABLE small',
    );
  expect(await seen(tempTableIo, { meanwhile: small, seconds: 1 })).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^\d+ MB of temporary tables read and written in 1 s/),
  });
  expect(await seen(tempTableIo, { meanwhile: nothing })).toMatchObject({ value: 0, level: 'ok' });
});

test('asynchronous reads: a session’s handles, and the workers’ queue', async () => {
  const threshold = { warning: 50 };
  expect(await seen(aioHandles, { threshold })).toMatchObject({ value: 0, level: 'ok' });
  expect(await seen(aioWorkers, { threshold })).toMatchObject({ value: 0, level: 'ok' });
  const readers = await Promise.all(Array.from({ length: 4 }, () => connect(server)));
  const state = { done: false };
  // They have to scan the table, not its index.
  const scans = readers.map(async (reader) => {
    while (!state.done) await reader.query('SELECT count(filler) FROM load');
  });
  try {
    for (const check of [aioHandles, aioWorkers])
      await expect
        .poll(async () => (await seen(check, { threshold })).level, { timeout: 30_000, interval: 1 })
        .toBe('warning');
  } finally {
    state.done = true;
    await Promise.all(scans);
    await Promise.all(readers.map((reader) => reader.end()));
  }
});

test('checksums: no damage, and a damaged page', async () => {
  expect(await look(server.url, checksumFailures)).toMatchObject({ level: 'ok' });
  await counted(
    'CREATE TABLE damaged AS SELECT generate_series(1, 100) AS id',
    'CREATE EXTENSION pg_buffercache',
    'CHECKPOINT',
    `SELECT pg_buffercache_evict_relation('damaged')`,
  );
  const { rows } = await session.query<{ path: string }>(`SELECT pg_relation_filepath('damaged') AS path`);
  const file = await open(join(server.dataDirectory, rows[0]?.path ?? ''), 'r+');
  await file.write(Buffer.from('not what was written'), 0, 20, 4_000);
  await file.close();
  await expect(session.query('SELECT count(*) FROM damaged')).rejects.toThrow('invalid page');
  await counted('DROP TABLE damaged');
  const report = await look(server.url, checksumFailures);
  expect(about(report, 'postgres')).toMatchObject({
    value: 1,
    level: 'critical',
    message: expect.stringMatching(/^1 damaged page in postgres, the last .* ago$/),
  });
});
