import { describe, expect, test as base } from 'vitest';
import { readConnectionLimits } from '../../src/pg/catalog/pools/connection-limits.ts';
import { readMemorySettings } from '../../src/pg/catalog/pools/memory-settings.ts';
import { readSessionRoutines } from '../../src/pg/catalog/pools/session-routines.ts';
import { readSessionState } from '../../src/pg/catalog/pools/session-state.ts';
import { readSessionStatements } from '../../src/pg/catalog/pools/session-statements.ts';
import { readPoolFacts } from '../../src/pg/pool-facts.ts';
import { sampleActivity, SAMPLE_PLAN } from '../../src/pg/sample-activity.ts';
import { withSession, type Session } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { loadOf } from '../../src/pooling/load.ts';
import { usesOfRoutines, usesOfSessions, usesOfStatements } from '../../src/pooling/session-uses.ts';
import { sizePool } from '../../src/pooling/sizing.ts';
import { withEmbeddedServer } from '../../src/labs/embedded/server.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createRole } from '../support/roles.ts';
import { sizingFacts } from '../support/pool-sizing.ts';
import { connect } from '../support/sessions.ts';

const never = new AbortController().signal;
const clock = () => performance.now();
const QUICK = { looks: 5, everyMs: 10, budgetMs: 10_000 };

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  database: async ({}, use) => {
    await loadParser();
    await lend(await createTestDatabase(), use);
  },
});

/** As one of pitstop's readers, which no look counts. */
function reading<T>(url: string, use: (session: Session) => Promise<T>): Promise<T> {
  return withSession(parseTarget(url, {}), 'reader', null, use);
}

/** A sample that begins before some work and ends after it, however long that takes. */
function sampleDuring(database: TestDatabase, work: () => Promise<unknown>) {
  let working: Promise<unknown> | null = null;
  let nowMs = 0;
  // The first reading of the counters is over when the sampler asks for the time.
  const clockOfWork = () => {
    working ??= work().finally(() => (nowMs = 1_000));
    return nowMs;
  };
  return reading(database.url, async (session) => {
    const sample = await sampleActivity(
      session,
      { looks: 1_000, everyMs: 1, budgetMs: 500 },
      clockOfWork,
      never,
    );
    await working;
    return sample;
  });
}

describe('a sample', () => {
  test('sees what sessions do, and not those that look', async ({ database }) => {
    const idle = await connect(database);
    const waiting = await connect(database);
    const working = await connect(database);
    await waiting.query('BEGIN');
    const work = working.query('SELECT pg_sleep(60)').catch(() => undefined);
    const sample = await reading(database.url, async (session) => {
      // It is at work before anybody looks.
      await expect
        .poll(() =>
          session.query(
            `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'`,
          ),
        )
        .toHaveLength(1);
      return sampleActivity(session, QUICK, clock, never);
    });
    await database.query(
      `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'`,
    );
    await work;
    for (const client of [idle, waiting, working]) await client.end();
    expect(sample.looks).toHaveLength(5);
    for (const look of sample.looks)
      expect(look).toMatchObject({ active: 1, idleInTransaction: 1, idle: 1, hidden: 0, parallelWorkers: 0 });
    expect(sample.ownTransactions).toBe(7);
    expect(loadOf(sample).seenBusy).toEqual({ mean: 2, most: 2 });
  });

  test('counts the transactions of a while, and the time for which they held their connection', async ({
    database,
  }) => {
    const sample = await sampleDuring(database, async () => {
      const client = await connect(database);
      for (let at = 0; at < 50; at += 1) await client.query('SELECT pg_sleep(0.005)');
      await client.end();
    });
    const load = loadOf(sample);
    // What an ended session has counted is in. Logging in takes a transaction, too.
    expect(load.transactionsPerSecond! * load.seconds).toBeGreaterThanOrEqual(50);
    expect(load.transactionsPerSecond! * load.seconds).toBeLessThanOrEqual(150);
    expect(load.heldMs).toBeGreaterThanOrEqual(4);
    expect(load.busyRatio).toBeGreaterThan(0.5);
    expect(load.countedBusy).toBeGreaterThan(0);
  });

  test('of a database in which nothing runs leaves the need unknown', async ({ database }) => {
    const sample = await reading(database.url, (session) => sampleActivity(session, QUICK, clock, never));
    const load = loadOf(sample);
    expect(load.transactionsPerSecond).toBeLessThan(1);
    expect(sizePool({ ...sizingFacts(), load: { ...load, cached: true } })).toMatchObject({
      ok: true,
      need: null,
      basis: 'by rule',
    });
  });

  test('by a role that may not look says so, and never zero', async ({ database }) => {
    const role = await createRole(database);
    const busy = await connect(database);
    await busy.query('BEGIN');
    const sample = await reading(role.url, (session) => sampleActivity(session, QUICK, clock, never));
    await busy.end();
    for (const look of sample.looks)
      expect(look).toMatchObject({ hidden: 1, active: 0, idleInTransaction: 0, idle: 0 });
    const load = loadOf(sample);
    expect(load.seenBusy).toBeNull();
    expect(load.notes).toMatchObject([{ code: 'not-visible' }]);
  });

  test('by a role with pg_read_all_stats sees all', async ({ database }) => {
    const role = await createRole(database, { grants: [] });
    await database.query(`GRANT pg_read_all_stats TO ${role.name}`);
    const busy = await connect(database);
    await busy.query('BEGIN');
    const { looks } = await reading(role.url, (session) => sampleActivity(session, QUICK, clock, never));
    await busy.end();
    for (const look of looks) expect(look).toMatchObject({ hidden: 0, idleInTransaction: 1 });
  });

  test('across a reset of the statistics knows nothing by them', async ({ database }) => {
    const sample = await sampleDuring(database, () => database.query('SELECT pg_stat_reset()'));
    expect(loadOf(sample)).toMatchObject({
      transactionsPerSecond: null,
      notes: [{ code: 'statistics-reset' }],
    });
  });

  test('ends with its budget, and with the signal', async ({ database }) => {
    const short = { looks: 1_000, everyMs: 20, budgetMs: 100 };
    const sample = await reading(database.url, (session) => sampleActivity(session, short, clock, never));
    expect(sample.looks.length).toBeGreaterThan(0);
    expect(sample.looks.length).toBeLessThan(50);
    const stopped = new AbortController();
    const sampling = reading(database.url, (session) =>
      sampleActivity(session, SAMPLE_PLAN, clock, stopped.signal),
    );
    stopped.abort(new Error('enough'));
    await expect(sampling).rejects.toThrow('enough');
  });
});

test('limits are those of server, database and role', async ({ database }) => {
  const role = await createRole(database, { attributes: 'CONNECTION LIMIT 7' });
  await database.query(`ALTER DATABASE ${database.name} CONNECTION LIMIT 12`);
  const limits = (name: string) => reading(database.url, (session) => readConnectionLimits(session, name));
  expect(await limits(role.name)).toMatchObject({
    superuserReserved: 3,
    reserved: 0,
    databaseLimit: 12,
    roleLimit: 7,
  });
  expect(await limits('nobody; DROP TABLE x')).toMatchObject({ databaseLimit: 12, roleLimit: null });
  expect((await limits(role.name)).maxConnections).toBeGreaterThan(10);
});

test('memory settings are in bytes and those of the server, whatever this session has set', async ({
  database,
}) => {
  const read = await reading(database.url, async (session) => {
    await session.query(`SELECT set_config('work_mem', '1GB', false)`);
    return readMemorySettings(session);
  });
  expect(read).toEqual({
    sharedBuffersBytes: 128 * 1024 ** 2,
    workMemBytes: 4 * 1024 ** 2,
    hashMemMultiplier: 2,
    maintenanceWorkMemBytes: 64 * 1024 ** 2,
    autovacuumBytes: 3 * 64 * 1024 ** 2,
  });
});

describe('features of sessions', () => {
  test('are found in what sessions hold and have sent last', async ({ database }) => {
    const [listener, locker, maker] = [
      await connect(database),
      await connect(database),
      await connect(database),
    ];
    await listener.query('LISTEN jobs');
    await locker.query('SELECT pg_advisory_lock(42)');
    await maker.query('CREATE TEMP TABLE work (id int)');
    await maker.query('SELECT 1');
    const [state, sent] = await reading(database.url, async (session) => [
      await readSessionState(session),
      await readSessionStatements(session),
    ]);
    for (const client of [listener, locker, maker]) await client.end();
    expect(state).toEqual({ withTemporaryTables: 1, withAdvisoryLocks: 1 });
    expect(usesOfSessions(state)).toMatchObject([
      { feature: 'temporary-table' },
      { feature: 'advisory-lock', where: '1 session' },
    ]);
    expect(sent).toMatchObject({ counted: false, hidden: 0 });
    expect(
      usesOfStatements(sent.statements)
        .map(({ feature, name }) => `${feature} ${name}`)
        .toSorted(),
    ).toEqual(['advisory-lock null', 'listen jobs']);
  });

  test('are not visible to everybody, which is not the same as none', async ({ database }) => {
    const role = await createRole(database);
    const locker = await connect(database);
    await locker.query('SELECT pg_advisory_lock(42)');
    const [state, sent] = await reading(role.url, async (session) => [
      await readSessionState(session),
      await readSessionStatements(session),
    ]);
    await locker.end();
    expect(state.withAdvisoryLocks).toBeNull();
    expect(sent.hidden).toBe(1);
  });

  test('are found in routines, whose text is SQL or PL/pgSQL', async ({ database }) => {
    await database.query(`CREATE SCHEMA shop;
      CREATE FUNCTION shop.take() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(1); END $$;
      CREATE FUNCTION shop.tenant() RETURNS text LANGUAGE sql AS $$ SELECT set_config('app.tenant', 'x', false) $$;
      CREATE FUNCTION shop.harmless() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(1); END $$;
      CREATE FUNCTION shop.other() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;`);
    const routines = await reading(database.url, readSessionRoutines);
    expect(routines.map(({ name }) => name)).toEqual(['shop.harmless', 'shop.take', 'shop.tenant']);
    expect(usesOfRoutines(routines)).toEqual([
      { feature: 'advisory-lock', name: null, certain: true, where: 'shop.take()' },
      { feature: 'session-setting', name: 'app.tenant', certain: true, where: 'shop.tenant()' },
    ]);
  });

  test('are found in what the server has counted, without what pitstop itself sends', async () => {
    await loadParser();
    await withEmbeddedServer(
      { settings: { shared_preload_libraries: 'pg_stat_statements' } },
      async ({ url }) => {
        const session = { url } as TestDatabase;
        const client = await connect(session);
        await client.query('CREATE EXTENSION pg_stat_statements');
        for (let at = 0; at < 3; at += 1) await client.query(`SET search_path = 'public'`);
        await client.query('SELECT pg_try_advisory_lock(1), 2');
        await client.query('DECLARE c CURSOR WITH HOLD FOR SELECT 1');
        await client.query('PREPARE p AS SELECT 7');
        await client.query('EXECUTE p');
        await client.query(`SELECT set_config('app.user', 'x', true)`);
        for (let at = 0; at < 3_000; at += 1) await client.query('SELECT 1');
        await client.end();
        const sent = await reading(url, async (reader) => {
          await reader.query('SELECT pg_try_advisory_lock($1::bigint) AS locked', [1]);
          return readSessionStatements(reader);
        });
        // The others are a hundredth of all calls together.
        expect(sent).toMatchObject({ counted: true, hidden: 0, hot: 1 });
        const uses = usesOfStatements(sent.statements).map(({ feature, name, where }) => ({
          feature,
          name,
          where,
        }));
        expect(uses).toContainEqual({
          feature: 'session-setting',
          name: 'search_path',
          where: '3 calls in pg_stat_statements',
        });
        expect(uses.map(({ feature }) => feature).toSorted()).toEqual([
          'advisory-lock',
          'holdable-cursor',
          'prepared-statement',
          'session-setting',
        ]);
      },
    );
  });
});

test('all of it is read at once, with what could not be seen', async ({ database }) => {
  const role = await createRole(database, { attributes: 'CONNECTION LIMIT 30' });
  const client = await connect(database);
  await client.query('LISTEN jobs');
  const facts = await reading(database.url, (session) =>
    reading(database.url, (other) => readPoolFacts(session, other, role.name, QUICK, clock, never)),
  );
  await client.end();
  expect(facts).toMatchObject({ limits: { roleLimit: 30 }, uses: [{ feature: 'listen', name: 'jobs' }] });
  expect(facts.unseen.join('\n')).toContain('pg_stat_statements is not there');
  expect(facts.hotStatements).toBeNull();
});
