import { readdir } from 'node:fs/promises';
import process from 'node:process';
import { expect, inject, test as base } from 'vitest';
import { placeOf } from '../../src/hardware/place.ts';
import { readHardware } from '../../src/hardware/read-hardware.ts';
import { readServerHardware } from '../../src/pg/catalog/server-hardware.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { administer, createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createRole } from '../support/roles.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads what a fixture needs from the pattern
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

const { signal } = new AbortController();
const isOurs = () => inject('serverKind') === 'embedded' && process.platform === 'linux';

const ask = (url: string) =>
  withSession(parseTarget(url, {}), 'reader', null, (session) => readServerHardware(session));

test('W8: a superuser is told everything', async ({ database }) => {
  await database.query('CREATE TABLE filled AS SELECT generate_series(1, 10000)');
  const server = await ask(database.url);
  expect(server).toMatchObject({
    version: expect.stringMatching(/^18/) as string,
    build: expect.stringContaining('PostgreSQL 18') as string,
    isSuperuser: true,
    hiddenDatabases: 0,
    dataDirectory: expect.stringMatching(/^\//) as string,
    maxConnections: Number((await database.query('SHOW max_connections'))[0]?.['max_connections']),
  });
  const [size] = await database.query<{ bytes: number }>(
    'SELECT pg_database_size(current_database())::float8 AS bytes',
  );
  expect(server.databaseBytes).toBeGreaterThan(size!.bytes);
  const [buffers] = await database.query<{ bytes: number }>(
    "SELECT pg_size_bytes(current_setting('shared_buffers'))::float8 AS bytes",
  );
  expect(server.sharedBuffersBytes).toBe(buffers!.bytes);
});

test('W8: what an ordinary role may not see is null, or counted as hidden', async ({ database }) => {
  const role = await createRole(database);
  const other = await createTestDatabase();
  try {
    await other.query(`REVOKE CONNECT ON DATABASE ${other.name} FROM PUBLIC`);
    const server = await ask(role.url);
    expect(server).toMatchObject({ isSuperuser: false, dataDirectory: null });
    expect(server.hiddenDatabases).toBeGreaterThanOrEqual(1);
    expect(server.databaseBytes).toBeGreaterThan(0);
  } finally {
    await other.drop();
  }
});

test('W8: reads count where the server times them', async () => {
  // Copied file by file, so that nothing of it is in memory yet.
  const cold = await createTestDatabase({ template: 'template0' });
  await lend(cold, async () => {
    expect((await ask(cold.url)).timedReads).toBeNull();
    await administer(`ALTER DATABASE ${cold.name} SET track_io_timing = on`);
    await cold.query('SELECT count(prosrc), (SELECT count(*) FROM pg_depend) FROM pg_proc');
    await cold.query('SELECT pg_stat_force_next_flush()');
    const { timedReads } = await ask(cold.url);
    expect(timedReads?.count).toBeGreaterThan(0);
    expect(timedReads?.totalMs).toBeGreaterThan(0);
  });
});

test('W9: a role that only a service creates is its sign, but not to a superuser', async ({ database }) => {
  const role = await createRole(database);
  await administer('CREATE ROLE avnadmin');
  database.afterDrop(async () => {
    await administer('DROP ROLE avnadmin');
  });
  const read = (url: string) => {
    const target = parseTarget(url, {});
    return withSession(target, 'reader', null, (session) =>
      readHardware({
        given: {},
        server: { session, target },
        dataDirectory: null,
        currentFolder: '/',
        probe: false,
        signal,
      }),
    );
  };
  const managed = await read(role.url);
  expect(managed.place?.where).toBe('elsewhere');
  expect(managed.profile).toMatchObject({
    managed: { value: 'other', source: 'the server has the role avnadmin' },
    storage: { value: 'san' },
    memoryBytes: { source: expect.stringMatching(/^(?:assumed|guessed)/) as string },
  });
  expect(managed.guessed).toContain('memoryBytes');
  expect(managed.notes.join('\n')).toContain('say them with --hardware');
  const own = await read(database.url);
  expect(own.profile.managed.value).toBeNull();
});

test('W8: a server is here where its processes are seen, and its volume is measured', async ({
  database,
}) => {
  if (!isOurs()) return;
  const target = parseTarget(database.url, {});
  await withSession(target, 'reader', null, async (session) => {
    const server = await readServerHardware(session);
    expect(await placeOf(session, target, server)).toMatchObject({ where: 'here', pid: session.backendPid });
    const before = await readdir(server.dataDirectory!);
    const found = await readHardware({
      given: {},
      server: { session, target },
      dataDirectory: null,
      currentFolder: '/',
      probe: true,
      signal,
    });
    // The storage is a guess where its file system does not let reads go past the cache.
    expect(found.guessed.filter((name) => name !== 'storage')).toEqual(['workload']);
    expect(found.guessed.includes('storage')).toBe(found.probe === null);
    expect(found.profile.freeBytes.source).toContain(server.dataDirectory);
    expect(await readdir(server.dataDirectory!)).toEqual(before);
  });
});

test('W8: where only the address speaks for it, what is seen here is a guess', async ({ database }) => {
  const target = parseTarget(database.url, {});
  await withSession(target, 'reader', null, async (session) => {
    // As through a tunnel: the process of that number is not the server's.
    const elsewhere = { ...session, backendPid: process.pid };
    const server = await readServerHardware(session);
    expect((await placeOf(elsewhere, target, server)).where).toBe('perhaps-here');
    expect((await placeOf(elsewhere, { ...target, host: 'db.example.com' }, server)).where).toBe('elsewhere');
    const found = await readHardware({
      given: { cpus: { value: 4, source: 'given' } },
      server: { session: { ...session, backendPid: process.pid }, target },
      dataDirectory: null,
      currentFolder: '/',
      probe: false,
      signal,
    });
    expect(found.guessed).toContain('memoryBytes');
    expect(found.profile).toMatchObject({
      memoryBytes: { source: expect.not.stringContaining('assumed') as string },
      cpus: { value: 4 },
    });
    expect(found.notes.join('\n')).toContain('unless --hardware says otherwise');
  });
});
