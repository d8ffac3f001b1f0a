import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { jitShare } from '../../src/monitoring/checks/jit-share.ts';
import { longestQuery } from '../../src/monitoring/checks/longest-query.ts';
import { longestTransaction } from '../../src/monitoring/checks/longest-transaction.ts';
import { parallelStarvation } from '../../src/monitoring/checks/parallel-starvation.ts';
import { rollbackRatio } from '../../src/monitoring/checks/rollback-ratio.ts';
import { sessionIo } from '../../src/monitoring/checks/session-io.ts';
import { sessionWal } from '../../src/monitoring/checks/session-wal.ts';
import { slowStatements } from '../../src/monitoring/checks/slow-statements.ts';
import { statementShare } from '../../src/monitoring/checks/statement-share.ts';
import { statementsEvicted } from '../../src/monitoring/checks/statements-evicted.ts';
import { tempFileBytes } from '../../src/monitoring/checks/temp-file-bytes.ts';
import { about, look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';

/** Room for as many statements as one test fills. */
const MOST_STATEMENTS = 300;

let server: EmbeddedServer;
let session: Client;

beforeAll(async () => {
  server = await startEmbeddedServer({
    settings: {
      shared_preload_libraries: 'pg_stat_statements',
      'pg_stat_statements.max': String(MOST_STATEMENTS),
      autovacuum: 'off',
    },
  });
  session = await connect(server);
  await session.query(
    `CREATE EXTENSION pg_stat_statements;
     CREATE ROLE plain LOGIN PASSWORD 'plain'; CREATE ROLE watcher LOGIN PASSWORD 'watcher' IN ROLE pg_monitor`,
  );
});
afterAll(async () => {
  await session.end();
  await server.stop();
});

/** What the session did is counted when it says so. */
async function counted(...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await session.query(sql);
  await session.query('SELECT pg_stat_force_next_flush()');
}

function urlAs(role: string): string {
  const url = new URL(server.url);
  url.username = role;
  url.password = role;
  return url.href;
}

test('the longest statement and transaction: one that runs, without its constants, and none', async () => {
  for (const check of [longestQuery, longestTransaction])
    expect(await look(server.url, check)).toMatchObject({ level: 'ok', observations: [] });
  const running = await connect(server);
  const statement = running
    .query(`BEGIN; SELECT pg_sleep(60), 'the secret'`)
    .catch((error: unknown) => error);
  try {
    const found = async () => (await look(server.url, longestQuery)).observations.length;
    await expect.poll(found, { timeout: 20_000 }).toBe(1);
    const query = about(await look(server.url, longestQuery, { threshold: { warning: 0.001 } }), 'postgres');
    expect(query).toMatchObject({ level: 'warning', unit: 'seconds' });
    expect(query.message).toMatch(
      /^1 session active; the longest statement for [\d.]+ s: pid \d+ \(postgres, somebody else\) with BEGIN; SELECT pg_sleep\(\?\), \?$/,
    );
    const open = about(
      await look(urlAs('watcher'), longestTransaction, { threshold: { warning: 0.001 } }),
      'postgres',
    );
    expect(open).toMatchObject({
      level: 'warning',
      message: expect.stringContaining(', active, with BEGIN; SELECT'),
    });
    expect(about(await look(server.url, longestTransaction), 'postgres').level).toBe('ok');
  } finally {
    await session.query(
      `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()`,
    );
    await statement;
    await running.end();
  }
});

test('rollbacks: every fourth, none, and too few to tell', async () => {
  const transactions = (ends: readonly string[]) => () =>
    counted(...ends.flatMap((end) => ['BEGIN', 'SELECT 1', end]));
  const many = await look(server.url, rollbackRatio, {
    meanwhile: transactions(Array.from({ length: 120 }, (_, at) => (at % 4 === 0 ? 'ROLLBACK' : 'COMMIT'))),
  });
  expect(about(many, 'postgres').level).toBe('critical');
  expect(about(many, 'postgres').message).toMatch(
    /^3\d of 12\d transactions in 1 minute rolled back \(2\d %\)$/,
  );
  const none = await look(server.url, rollbackRatio, {
    meanwhile: transactions(Array.from({ length: 120 }, () => 'COMMIT')),
  });
  expect(about(none, 'postgres').level).toBe('ok');
  const few = await look(server.url, rollbackRatio, { meanwhile: transactions(['ROLLBACK']) });
  expect(about(few, 'postgres')).toMatchObject({
    value: null,
    level: 'ok',
    message: expect.stringContaining('too few'),
  });
});

test('temporary files: a sort that does not fit into work_mem, and one that does', async () => {
  const sort = (rows: number, memory: string) => () =>
    counted(
      `SET work_mem = '${memory}'`,
      `SELECT max(n) FROM (SELECT n FROM generate_series(1, ${rows}) n ORDER BY -n OFFSET 1) s`,
    );
  const spilled = await look(server.url, tempFileBytes, { seconds: 1, meanwhile: sort(1_000_000, '64kB') });
  expect(about(spilled, 'postgres')).toMatchObject({ level: 'warning', unit: 'bytes per second' });
  expect(about(spilled, 'postgres').message).toMatch(
    /^\d+ temporary files? with \d+ MB in 1 s \(\d+ MB a second\)$/,
  );
  const fitted = await look(server.url, tempFileBytes, { seconds: 1, meanwhile: sort(1_000, '4MB') });
  expect(about(fitted, 'postgres')).toMatchObject({ value: 0, level: 'ok' });
});

test('parallel workers: one of four that each plan wants, and all', async () => {
  await session.query(
    `CREATE TABLE wide AS SELECT n FROM generate_series(1, 1000) n; ALTER TABLE wide SET (parallel_workers = 4);
     SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
     SET max_parallel_workers_per_gather = 4`,
  );
  const scans = (most: number) => () =>
    counted(
      `SET max_parallel_workers = ${most}`,
      ...Array.from({ length: 5 }, () => 'SELECT count(*) FROM wide'),
    );
  const starved = await look(server.url, parallelStarvation, { meanwhile: scans(1) });
  expect(about(starved, 'postgres')).toMatchObject({
    value: 25,
    level: 'critical',
    message: '5 of 20 parallel workers launched in 1 minute (25 %)',
  });
  const served = await look(server.url, parallelStarvation, { meanwhile: scans(8) });
  expect(about(served, 'postgres')).toMatchObject({ value: 100, level: 'ok' });
  const idle = await look(server.url, parallelStarvation, { meanwhile: () => counted('SELECT 1') });
  expect(about(idle, 'postgres')).toMatchObject({ value: null, level: 'ok' });
});

test('the busiest session: one that loads a table, and one that does nothing', async () => {
  const load = () =>
    counted(
      `CREATE TABLE loaded AS SELECT repeat('x', 500) AS x FROM generate_series(1, 10000)`,
      'DROP TABLE loaded',
    );
  const write = () =>
    counted(
      'CREATE TABLE logged (x text)',
      `INSERT INTO logged SELECT repeat('x', 500) FROM generate_series(1, 10000)`,
      'DROP TABLE logged',
    );
  const few = { seconds: 1, threshold: { warning: 1_000_000 } };
  for (const [check, meanwhile, words] of [
    [
      sessionIo,
      load,
      /^pid \d+ \(postgres, somebody else\) read and wrote \d+(\.\d)? MB in 1 s \(\d+(\.\d)? MB a second\), more/,
    ],
    [sessionWal, write, /^pid \d+ \(postgres, somebody else\) wrote \d+(\.\d)? MB of WAL in 1 s/],
  ] as const) {
    const busy = about(await look(server.url, check, { ...few, meanwhile }), 'postgres');
    expect(busy).toMatchObject({ level: 'warning', message: expect.stringMatching(words) });
    const idle = await look(server.url, check, { ...few, meanwhile: () => counted('SELECT 1') });
    expect(about(idle, 'postgres').level).toBe('ok');
    expect(about(await look(server.url, check), 'cluster')).toMatchObject({ value: null, level: 'unknown' });
  }
});

test('statements: one that takes most of the time, and one that takes next to none', async () => {
  const sleep = () => session.query('SELECT pg_sleep($1)', [0.6]);
  await sleep();
  const report = await look(server.url, statementShare, { seconds: 1, meanwhile: sleep });
  const [first] = report.observations;
  expect(first).toMatchObject({
    level: 'warning',
    unit: 'percent',
    subject: expect.stringMatching(/^statement -?\d+$/),
  });
  expect(first?.message).toMatch(
    /^[\d.]+ % of the time of all statements: 1 call of [\d,]+ ms, [\d.]+ s in 1 s: SELECT pg_sleep\(\$1\)$/,
  );
  // The same within ten minutes is no load.
  expect(await look(server.url, statementShare, { seconds: 600, meanwhile: sleep })).toMatchObject({
    level: 'ok',
  });
});

test('slow statements: the mean of several calls', async () => {
  const calls = (ms: number, count: number) => async () => {
    for (let left = count; left > 0; left--)
      await session.query('SELECT pg_sleep($1), 1 AS slow', [ms / 1_000]);
  };
  await calls(0, 1)();
  const slow = await look(server.url, slowStatements, {
    meanwhile: calls(30, 10),
    threshold: { warning: 20 },
  });
  expect(slow).toMatchObject({ level: 'warning' });
  expect(slow.observations[0]?.message).toMatch(
    /^\d+ ms on average in 10 calls within 1 minute: SELECT pg_sleep\(\$1\), \$2 AS slow$/,
  );
  const fast = await look(server.url, slowStatements, {
    meanwhile: calls(0, 20),
    threshold: { warning: 20 },
  });
  expect(fast).toMatchObject({ level: 'ok' });
  const once = await look(server.url, slowStatements, {
    meanwhile: calls(30, 1),
    threshold: { warning: 20 },
  });
  expect(once).toMatchObject({ level: 'ok' });
});

test('statements: no share at the first look, nor over a reset', async () => {
  expect(about(await look(server.url, statementShare), 'postgres')).toMatchObject({
    value: null,
    level: 'unknown',
  });
  const reset = await look(server.url, slowStatements, {
    meanwhile: () => session.query('SELECT pg_stat_statements_reset()'),
  });
  expect(about(reset, 'postgres')).toMatchObject({
    level: 'unknown',
    message: expect.stringMatching(
      /^no rate of statements: (the statistics were reset in between|it was not there before)$/,
    ),
  });
});

test('evictions: more statements than there is room for, and no more', async () => {
  const quiet = await look(server.url, statementsEvicted, { meanwhile: () => session.query('SELECT 1') });
  expect(about(quiet, 'cluster')).toMatchObject({ value: 0, level: 'ok' });
  const full = await look(server.url, statementsEvicted, {
    meanwhile: async () => {
      for (let width = 1; width <= MOST_STATEMENTS + 10; width++)
        await session.query(`SELECT ${'1, '.repeat(width)} 1`);
    },
  });
  expect(about(full, 'cluster').level).toBe('critical');
  expect(about(full, 'cluster').message).toMatch(
    /^\d+ evictions? in 1 minute; 2\d\d of 300 statements are kept$/,
  );
});

test('compiling: nothing is compiled where nothing costs enough', async () => {
  const report = await look(server.url, jitShare, { meanwhile: () => session.query('SELECT 1') });
  expect(report).toMatchObject({ state: 'read', level: 'ok' });
});

test.for([
  statementShare,
  slowStatements,
  statementsEvicted,
  jitShare,
  longestQuery,
  longestTransaction,
  sessionIo,
  sessionWal,
])('$name: what a role may not see is not taken for nothing', async (check) => {
  expect(await look(urlAs('plain'), check)).toMatchObject({
    state: 'not-visible',
    level: 'unknown',
    message: expect.stringContaining('pg_read_all_stats'),
  });
  expect(await look(urlAs('watcher'), check)).toMatchObject({ state: 'read' });
});

test.for([statementShare, slowStatements, statementsEvicted, jitShare])(
  '$name: without the extension there is nothing to see',
  async (check) => {
    expect(await look(server.urlOf('template1'), check)).toMatchObject({
      state: 'not-visible',
      advice: 'CREATE EXTENSION pg_stat_statements',
    });
  },
);
