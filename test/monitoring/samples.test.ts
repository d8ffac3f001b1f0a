import { expect, test as base } from 'vitest';
import { connectionsUsed } from '../../src/monitoring/checks/connections-used.ts';
import { deadlocks } from '../../src/monitoring/checks/deadlocks.ts';
import { sequenceDaysLeft } from '../../src/monitoring/checks/sequence-days-left.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { about, look } from '../support/monitoring.ts';
import { createRole } from '../support/roles.ts';
import { connect } from '../support/sessions.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest wants to see which fixtures are used
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

const DAY = 86_400;

test('connections: few are taken', async ({ database }) => {
  const report = await look(database.url, connectionsUsed);
  expect(report).toMatchObject({ state: 'read', level: 'ok', message: null });
  expect(about(report, 'cluster').message).toMatch(/^\d+ of \d+ connections are taken \([\d.]+ %\)$/);
});

test('connections: as many as the mark', async ({ database }) => {
  const report = await look(database.url, connectionsUsed, { threshold: { warning: 1, critical: 1.01 } });
  expect(about(report, 'cluster')).toMatchObject({
    unit: 'percent',
    advice: expect.stringContaining('pool'),
  });
  expect(report.level).not.toBe('ok');
});

test('connections: what a role may not see is not taken for few', async ({ database }) => {
  const role = await createRole(database);
  expect(await look(role.url, connectionsUsed)).toMatchObject({
    state: 'not-visible',
    level: 'unknown',
    message: expect.stringContaining('pg_read_all_stats'),
    observations: [],
  });
  const monitor = await createRole(database, { grants: ['pg_monitor'] });
  expect(await look(monitor.url, connectionsUsed)).toMatchObject({ state: 'read', level: 'ok' });
});

test('deadlocks: one in a minute, and none', async ({ database }) => {
  await database.query('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)');
  const one = await look(database.url, deadlocks, { meanwhile: () => deadlock(database) });
  expect(about(one, database.name)).toMatchObject({
    value: 1,
    level: 'warning',
    message: '1 deadlock in 1 minute',
  });
  const none = await look(database.url, deadlocks, { meanwhile: async () => undefined });
  expect(about(none, database.name)).toMatchObject({ value: 0, level: 'ok' });
});

test('deadlocks: no rate at the first look, nor over a reset of the statistics', async ({ database }) => {
  const first = await look(database.url, deadlocks);
  expect(about(first, database.name)).toMatchObject({ value: null, level: 'unknown' });
  const reset = await look(database.url, deadlocks, {
    meanwhile: () => database.query('SELECT pg_stat_reset()'),
  });
  expect(about(reset, database.name)).toMatchObject({
    level: 'unknown',
    message: 'no rate of deadlocks: the statistics were reset in between',
  });
});

/** Two sessions that each wait for the row of the other, until the server ends one. */
async function deadlock(database: TestDatabase): Promise<void> {
  const [one, other] = [await connect(database), await connect(database)];
  try {
    for (const session of [one, other]) await session.query(`SET deadlock_timeout = '10ms'; BEGIN`);
    await one.query('SELECT FROM t WHERE id = 1 FOR UPDATE');
    await other.query('SELECT FROM t WHERE id = 2 FOR UPDATE');
    const ends = await Promise.allSettled([
      one.query('SELECT FROM t WHERE id = 2 FOR UPDATE'),
      other.query('SELECT FROM t WHERE id = 1 FOR UPDATE'),
    ]);
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    for (const session of [one, other]) {
      await session.query('ROLLBACK');
      await session.query('SELECT pg_stat_force_next_flush()');
    }
  } finally {
    await one.end();
    await other.end();
  }
}

test('sequences: the end of one that grows is forecast, that of one that rests is not', async ({
  database,
}) => {
  await database.query(
    `CREATE SEQUENCE growing AS smallint; SELECT setval('growing', 20000);
     CREATE SEQUENCE resting AS smallint; SELECT setval('resting', 20000);
     CREATE SEQUENCE circling AS smallint CYCLE; SELECT setval('circling', 32000)`,
  );
  const report = await look(database.url, sequenceDaysLeft, {
    history: (rows, at) =>
      Array.from({ length: 20 }, (_, day) => ({
        at: at - (20 - day) * DAY,
        // 1,000 a day, with something added or taken away.
        rows: rows.map((row) => ({
          ...row,
          used: row['name'] === 'public.resting' ? row['used'] : day * 1_000 - 1 + (day % 3) * 50,
        })),
      })),
  });
  const growing = about(report, 'public.growing');
  expect(growing.value).toBeCloseTo((32_767 - 20_000) / 1_000, 0);
  expect(growing).toMatchObject({ unit: 'days', level: 'critical' });
  expect(growing.message).toMatch(
    /used 61 % of its values; the end: in 1[23] days \(95 %: 1\d days to 1\d days\)/,
  );
  expect(about(report, 'public.resting')).toMatchObject({ value: null, level: 'ok' });
  expect(report.observations).toHaveLength(2);
  await database.query('ALTER SEQUENCE growing CYCLE');
  const resting = await look(database.url, sequenceDaysLeft, {
    history: (rows, at) => Array.from({ length: 20 }, (_, day) => ({ at: at - (20 - day) * DAY, rows })),
  });
  expect(resting.level).toBe('ok');
});

test('sequences: no forecast of a single look', async ({ database }) => {
  await database.query(`CREATE SEQUENCE s; SELECT nextval('s')`);
  expect(about(await look(database.url, sequenceDaysLeft), 'public.s')).toMatchObject({
    level: 'unknown',
    message: expect.stringContaining('a forecast needs 14 samples over 7 days; there are 1'),
  });
});
