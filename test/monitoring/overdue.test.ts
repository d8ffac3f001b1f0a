import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import type { Check } from '../../src/monitoring/check.ts';
import { analyzeOverdue } from '../../src/monitoring/checks/analyze-overdue.ts';
import { vacuumOverdue } from '../../src/monitoring/checks/vacuum-overdue.ts';
import { about, look, type Look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';

/** Vacuumed by hand. */
const SETTINGS = {
  // Or VACUUM right after a load finds no page all-visible.
  synchronous_commit: 'on',
  autovacuum: 'off',
};

/**
 * Tables that are due from the beginning on, so that autovacuum has had its time for all of them at once.
 */
const DUE = [
  `CREATE TABLE due AS SELECT id FROM generate_series(1, 1000) AS id`,
  `CREATE TABLE grown AS SELECT id FROM generate_series(1, 20000) AS id`,
  `CREATE TABLE wide (id int, t text)`,
  `INSERT INTO wide SELECT i, repeat(i::text, 10) || (SELECT string_agg(md5((i * part)::text), '') FROM generate_series(1, 200) AS part) FROM generate_series(1, 40) AS i`,
  `CREATE TABLE changed AS SELECT id FROM generate_series(1, 1000) AS id`,
  `VACUUM (FREEZE, ANALYZE) due, grown, wide, changed`,
  `DELETE FROM due WHERE id <= 500`,
  `INSERT INTO grown SELECT generate_series(1, 3000)`,
  `DELETE FROM wide`,
  `UPDATE changed SET id = -id WHERE id <= 450`,
  `CREATE TABLE loaded AS SELECT id FROM generate_series(1, 20000) AS id`,
];

let server: EmbeddedServer;
let session: Client;

beforeAll(async () => {
  server = await startEmbeddedServer({ settings: SETTINGS });
  session = await connect(server);
  await napFor(1);
  await counted(...DUE);
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

/** A look at a table once autovacuum, if it ran, would have had its time: two seconds here. */
function onceOverdue(check: Check, table: string, how: Look = {}) {
  return vi.waitFor(async () => about(await look(server.url, check, how), table), {
    timeout: 30_000,
    interval: 100,
  });
}

/** Looks a minute and two ago found what this one finds. */
const FOUND_BEFORE: Look = {
  history: (rows, at) => [120, 60].map((seconds) => ({ at: at - seconds, rows })),
};

async function subjectsOf(check: Check): Promise<readonly string[]> {
  const { observations } = await look(server.url, check);
  return observations.map(({ subject }) => subject);
}

/** What is given at the start cannot be changed by the server's files. */
async function napFor(seconds: number): Promise<void> {
  await session.query(`ALTER SYSTEM SET autovacuum_naptime = ${seconds}`);
  await session.query('SELECT pg_reload_conf()');
  await vi.waitUntil(async () => {
    const { rows } = await session.query<{ now: number }>(
      `SELECT setting::int AS now FROM pg_settings WHERE name = 'autovacuum_naptime'`,
    );
    return rows[0]?.now === seconds;
  });
}

test('what autovacuum has not had its time for is not overdue', async () => {
  for (const check of [vacuumOverdue, analyzeOverdue])
    await onceOverdue(check, check === vacuumOverdue ? 'public.due' : 'public.changed');
  await napFor(3_600);
  for (const check of [vacuumOverdue, analyzeOverdue])
    expect(await look(server.url, check)).toMatchObject({ level: 'ok', observations: [] });
  await napFor(1);
});

test('vacuum: due by the server’s formula, by the table’s own options, and by the most of 18', async () => {
  // 50 + 20 % of 1,000 rows.
  const dead = await onceOverdue(vacuumOverdue, 'public.due', FOUND_BEFORE);
  expect(dead).toMatchObject({
    value: 200,
    level: 'warning',
    message: 'public.due has 500 dead rows; autovacuum comes at 250 (200 %); seen so for 2 minutes',
  });
  await session.query(
    'ALTER TABLE due SET (autovacuum_vacuum_scale_factor = 0.9, autovacuum_vacuum_threshold = 0)',
  );
  expect(await subjectsOf(vacuumOverdue)).not.toContain('public.due');
  await session.query('ALTER TABLE due SET (autovacuum_vacuum_max_threshold = 50)');
  expect(await onceOverdue(vacuumOverdue, 'public.due', FOUND_BEFORE)).toMatchObject({
    value: 1_000,
    level: 'critical',
    message: 'public.due has 500 dead rows; autovacuum comes at 50 (1,000 %); seen so for 2 minutes',
  });
  await session.query('ALTER TABLE due SET (autovacuum_enabled = off)');
  expect(await subjectsOf(vacuumOverdue)).not.toContain('public.due');
  await session.query('ALTER TABLE due RESET (autovacuum_enabled)');
});

test('overdue: a table that was loaded a moment ago is not critical before that was seen for a while', async () => {
  const words = 'for how long is not known yet, so that it is a warning at most';
  for (const [check, limit, share] of [
    [vacuumOverdue, '1,000', '2,000'],
    [analyzeOverdue, '50', '40,000'],
  ] as const) {
    const first = await onceOverdue(check, 'public.loaded');
    expect(first).toMatchObject({ level: 'warning' });
    expect(first.message).toContain(`at ${limit} (${share} %); ${words}`);
    expect(await onceOverdue(check, 'public.loaded', FOUND_BEFORE)).toMatchObject({ level: 'critical' });
    // It may have been vacuumed in between, or be another one of that name.
    for (const other of [{ doneAt: 1 }, { oid: 1 }]) {
      const unlike = await onceOverdue(check, 'public.loaded', {
        history: (rows, at) => [{ at: at - 120, rows: rows.map((row) => ({ ...row, ...other })) }],
      });
      expect(unlike).toMatchObject({ level: 'warning', message: expect.stringContaining(words) });
    }
  }
  // A mark of the configuration stays what it is.
  const eased = { threshold: { warning: 5_000, critical: 10_000 } };
  expect(await onceOverdue(vacuumOverdue, 'public.loaded', eased)).toMatchObject({ level: 'ok' });
  await session.query('DROP TABLE loaded');
});

test('vacuum: inserts count against the pages that are not frozen', async () => {
  // All pages are frozen: 1,000 + 20 % of no rows. Before 18 it would have been 5,000, and nothing to say.
  expect(await onceOverdue(vacuumOverdue, 'public.grown', FOUND_BEFORE)).toMatchObject({
    value: 300,
    level: 'warning',
    message:
      'public.grown has 3,000 rows inserted since the last vacuum; autovacuum comes at 1,000 (300 %); seen so for 2 minutes',
  });
  await session.query('ALTER TABLE grown SET (autovacuum_vacuum_insert_threshold = -1)');
  expect(await subjectsOf(vacuumOverdue)).not.toContain('public.grown');
});

test('vacuum: a table of long values has its own dead rows', async () => {
  const toast = await onceOverdue(vacuumOverdue, 'public.wide (TOAST)');
  expect(toast.value).toBeGreaterThan(100);
  await counted('VACUUM wide');
  expect(await subjectsOf(vacuumOverdue)).not.toContain('public.wide (TOAST)');
});

test('analyze: overdue, and not after it', async () => {
  expect(await onceOverdue(analyzeOverdue, 'public.changed', FOUND_BEFORE)).toMatchObject({
    value: 300,
    level: 'warning',
    message:
      '450 rows of public.changed have changed since it was analyzed; autovacuum analyzes it at 150 (300 %); seen so for 2 minutes',
  });
  await counted('ANALYZE changed');
  expect(await subjectsOf(analyzeOverdue)).not.toContain('public.changed');
});

test('overdue: not by counters that have begun anew, however long the server has run', async () => {
  await session.query('SELECT pg_stat_reset()');
  await counted('DELETE FROM grown WHERE id > 5000');
  const { rows } = await session.query<{ half: number; dead: number }>(
    `SELECT floor(extract(epoch FROM now() - pg_postmaster_start_time()) / 2)::int AS half, n_dead_tup::int AS dead
       FROM pg_stat_user_tables WHERE relname = 'grown'`,
  );
  expect(rows[0]?.dead).toBe(15_000);
  await napFor(rows[0]?.half ?? 0);
  expect(await subjectsOf(vacuumOverdue)).not.toContain('public.grown');
});
