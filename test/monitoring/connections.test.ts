import { expect, test as base } from 'vitest';
import { connectionChurn } from '../../src/monitoring/checks/connection-churn.ts';
import { connectionLimits } from '../../src/monitoring/checks/connection-limits.ts';
import { idleInTransaction } from '../../src/monitoring/checks/idle-in-transaction.ts';
import { sessionsLost } from '../../src/monitoring/checks/sessions-lost.ts';
import { administer, createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { about, look } from '../support/monitoring.ts';
import { createRole } from '../support/roles.ts';
import { connect } from '../support/sessions.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest wants to see which fixtures are used
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

/** Waits until the server has counted what sessions did that have ended. */
async function untilCounted(database: TestDatabase, column: string, least: number): Promise<void> {
  const counted = async () => {
    const [row] = await administer(`SELECT (${column})::int AS n FROM pg_stat_database WHERE datname = $1`, [
      database.name,
    ]);
    return row?.['n'];
  };
  await expect.poll(counted, { timeout: 20_000, interval: 20 }).toBeGreaterThanOrEqual(least);
}

test('churn: sessions that are opened for a moment each, and one that stays', async ({ database }) => {
  const busy = await look(database.url, connectionChurn, {
    seconds: 1,
    meanwhile: async () => {
      for (let left = 12; left > 0; left--) await (await connect(database)).end();
      await untilCounted(database, 'sessions', 13);
    },
  });
  const observed = about(busy, database.name);
  expect(observed).toMatchObject({ level: 'warning', unit: 'per second' });
  expect(observed.message).toMatch(
    /^1[2-4] new sessions in 1 s \(1[2-4] a second\), 0(\.\d)? s of open session for each$/,
  );
  const quiet = await look(database.url, connectionChurn, { meanwhile: () => database.query('SELECT 1') });
  expect(about(quiet, database.name).level).toBe('ok');
});

test('churn: no rate at the first look', async ({ database }) => {
  expect(about(await look(database.url, connectionChurn), database.name)).toMatchObject({
    value: null,
    level: 'unknown',
    message: 'no rate of new sessions: there is no earlier round',
  });
});

test('limits: a role that has taken what it may, a database that has not, and none', async ({ database }) => {
  expect(
    (await look(database.url, connectionLimits)).observations.map(({ subject }) => subject),
  ).not.toContain(`database ${database.name}`);
  await database.query(`ALTER DATABASE ${database.name} CONNECTION LIMIT 50`);
  const role = await createRole(database, { attributes: 'CONNECTION LIMIT 1' });
  const session = await connect(role);
  try {
    const report = await look(database.url, connectionLimits);
    expect(about(report, `role ${role.name}`)).toMatchObject({
      value: 100,
      level: 'critical',
      message: `role ${role.name} has 1 of its 1 connections (100 %)`,
    });
    expect(about(report, `database ${database.name}`)).toMatchObject({ level: 'ok' });
  } finally {
    await session.end();
  }
});

test('idle in transaction: one that was left open, told without its constants', async ({ database }) => {
  const session = await connect(database);
  try {
    await session.query(`SELECT 'idle and done'`);
    expect(
      (await look(database.url, idleInTransaction)).observations.map(({ subject }) => subject),
    ).not.toContain(database.name);
    await session.query('BEGIN');
    await session.query(`SELECT 'the secret'`);
    const lately = about(await look(database.url, idleInTransaction), database.name);
    expect(lately).toMatchObject({ level: 'ok', unit: 'seconds' });
    const report = await look(database.url, idleInTransaction, {
      threshold: { warning: 0.001, critical: 3_600 },
    });
    const observed = about(report, database.name);
    expect(observed).toMatchObject({ level: 'warning', advice: expect.stringContaining('timeout') });
    expect(observed.message).toMatch(
      /^1 session idle in transaction; the longest for [\d.]+ s: pid \d+ \(postgres, somebody else\) after SELECT \?$/,
    );
    await session.query('ROLLBACK');
  } finally {
    await session.end();
  }
});

test('lost sessions: a client that vanishes, one that is killed, and those that end well', async ({
  database,
}) => {
  const lost = await look(database.url, sessionsLost, {
    meanwhile: async () => {
      const [vanishing, killed] = [await connect(database), await connect(database)];
      const [row] = (await killed.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
      await administer('SELECT pg_terminate_backend($1, 10000)', [row?.pid]);
      vanishing.connection.stream.destroy();
      await untilCounted(database, 'sessions_abandoned + sessions_killed', 2);
    },
  });
  expect(about(lost, database.name)).toMatchObject({
    value: 2,
    level: 'warning',
    message: '2 sessions lost in 1 minute: 1 by clients that vanished, 0 by errors, 1 by an administrator',
  });
  const well = await look(database.url, sessionsLost, {
    meanwhile: async () => (await connect(database)).end(),
  });
  expect(about(well, database.name)).toMatchObject({ value: 0, level: 'ok' });
});

test.for([idleInTransaction, connectionLimits])(
  '$name: hidden sessions are not taken for none',
  async (check, { database }) => {
    const role = await createRole(database);
    expect(await look(role.url, check)).toMatchObject({ state: 'not-visible', level: 'unknown' });
    const monitor = await createRole(database, { grants: ['pg_monitor'] });
    expect(await look(monitor.url, check)).toMatchObject({ state: 'read' });
  },
);
