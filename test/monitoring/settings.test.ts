import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { dataChecksumsOff } from '../../src/monitoring/checks/data-checksums-off.ts';
import { pendingRestart } from '../../src/monitoring/checks/pending-restart.ts';
import { settingsChanged } from '../../src/monitoring/checks/settings-changed.ts';
import { settingsFileErrors } from '../../src/monitoring/checks/settings-file-errors.ts';
import { settingsWithoutEffect } from '../../src/monitoring/checks/settings-without-effect.ts';
import { statisticsOff } from '../../src/monitoring/checks/statistics-off.ts';
import { serverUrl } from '../support/database.ts';
import { about, look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';
import { startUncheckedServer } from '../support/unchecked-server.ts';

let server: EmbeddedServer;
let session: Client;

beforeAll(async () => {
  server = await startUncheckedServer({
    shared_preload_libraries: 'pg_stat_statements',
    max_worker_processes: '8',
    max_parallel_workers: '10',
    io_combine_limit: '256kB',
    io_max_combine_limit: '128kB',
    track_io_timing: 'on',
  });
  session = await connect(server);
  await session.query(
    `CREATE ROLE plain LOGIN PASSWORD 'plain'; CREATE ROLE watcher LOGIN PASSWORD 'watcher' IN ROLE pg_monitor`,
  );
});
afterAll(async () => {
  await session.end();
  await server.stop();
});

/** Changes settings, and waits until new sessions have them. */
async function alterSystem(change: string, name: string): Promise<void> {
  const loadedAt = async () =>
    String((await session.query('SELECT pg_conf_load_time()::text AS at')).rows[0]?.at);
  const before = await loadedAt();
  await session.query(`ALTER SYSTEM ${change} ${name}`);
  await session.query('SELECT pg_reload_conf()');
  await expect.poll(loadedAt, { timeout: 20_000, interval: 10 }).not.toBe(before);
}

function urlAs(role: string): string {
  const url = new URL(server.url);
  url.username = role;
  url.password = role;
  return url.href;
}

test('checksums: a server without them, and one with', async () => {
  expect(about(await look(server.url, dataChecksumsOff), 'cluster')).toMatchObject({
    level: 'warning',
    message: 'pages have no checksums (data_checksums = off)',
    advice: expect.stringContaining('pg_checksums'),
  });
  expect(await look(serverUrl(), dataChecksumsOff)).toMatchObject({ level: 'ok' });
});

test('without effect: limits that another setting cuts off, and a server without such', async () => {
  const report = await look(server.url, settingsWithoutEffect);
  expect(report.observations.map(({ subject, level, message }) => [subject, level, message])).toEqual([
    ['io_combine_limit', 'warning', 'io_combine_limit is 32, but io_max_combine_limit keeps it at 16'],
    ['max_parallel_workers', 'warning', 'max_parallel_workers is 10, but max_worker_processes keeps it at 8'],
    ['jit', 'ok', 'jit is on, but this build has no provider of it: nothing is ever compiled'],
  ]);
  expect(await look(serverUrl(), settingsWithoutEffect)).toMatchObject({ level: 'ok' });
});

test('statistics: what is missing one after the other, until nothing is', async () => {
  expect(about(await look(serverUrl(), statisticsOff), 'pg_stat_statements')).toMatchObject({
    level: 'warning',
    message: expect.stringContaining('is not loaded'),
  });
  const found = async () =>
    (await look(server.url, statisticsOff)).observations.map(({ subject, level }) => `${subject} ${level}`);
  expect(await found()).toEqual(['pg_stat_statements warning']);
  await session.query('CREATE EXTENSION pg_stat_statements');
  expect(await found()).toEqual([]);
  for (const [name, value, subject] of [
    ['track_counts', 'off', 'track_counts critical'],
    ['track_activities', 'off', 'track_activities warning'],
    ['pg_stat_statements.track', 'none', 'pg_stat_statements.track warning'],
    ['compute_query_id', 'off', 'compute_query_id warning'],
  ] as const) {
    await alterSystem('SET', `${name} = ${value}`);
    expect(await found()).toEqual([subject]);
    await alterSystem('RESET', name);
  }
  expect(await found()).toEqual([]);
});

test('without effect: autovacuum that is told of no rows', async () => {
  await alterSystem('SET', 'track_counts = off');
  expect(about(await look(server.url, settingsWithoutEffect), 'autovacuum')).toMatchObject({
    level: 'warning',
  });
  await alterSystem('RESET', 'track_counts');
});

test('pending restart: a setting that waits for it, and none', async () => {
  expect(about(await look(server.url, pendingRestart), 'cluster')).toMatchObject({ value: 0, level: 'ok' });
  await alterSystem('SET', 'max_connections = 77');
  expect(about(await look(urlAs('watcher'), pendingRestart), 'cluster')).toMatchObject({
    value: 1,
    level: 'warning',
    message: '1 setting waiting for a restart: max_connections',
  });
  // That is no error of the file.
  expect(await look(server.url, settingsFileErrors)).toMatchObject({ level: 'ok', observations: [] });
  await alterSystem('RESET', 'max_connections');
  expect(await look(server.url, pendingRestart)).toMatchObject({ level: 'ok' });
});

test('files: values that this build or the server does not take, names that do not exist, and none', async () => {
  expect(await look(server.url, settingsFileErrors)).toMatchObject({ level: 'ok', observations: [] });
  const file = join(server.dataDirectory, 'postgresql.auto.conf');
  const before = await readFile(file, 'utf8');
  const messages = async (lines: string) => {
    await writeFile(file, before);
    await appendFile(file, lines);
    const report = await look(server.url, settingsFileErrors);
    expect(report.level).toBe('critical');
    return report.observations.map(({ message }) =>
      message.replace(/^postgresql\.auto\.conf, line \d+: /, ''),
    );
  };
  try {
    expect(
      await messages(
        "wal_compression = lz4\nio_method = io_uring\nwork_mem = 1\nprimary_conninfo = 'host=a password=secret'\n",
      ),
    ).toEqual([
      'wal_compression = lz4: setting could not be applied (this server takes pglz, on, off)',
      'io_method = io_uring: setting could not be applied (this server takes sync, worker)',
      expect.stringMatching(
        /^work_mem = 1: setting could not be applied \(this server takes 64 to \d+ kB\)$/,
      ),
    ]);
    expect(await messages('enable_json_path_optimization = on\n')).toEqual([
      'enable_json_path_optimization: unrecognized configuration parameter',
    ]);
    expect(await messages('what is this\n')).toEqual(['no setting: syntax error']);
  } finally {
    await writeFile(file, before);
  }
});

test('changes: of the server, of a role and of a database, without what they say in words', async () => {
  const same = await look(server.url, settingsChanged, { meanwhile: async () => undefined });
  expect(about(same, 'cluster')).toMatchObject({
    value: 0,
    level: 'ok',
    message: 'no setting has changed in 1 minute',
  });
  const changed = await look(server.url, settingsChanged, {
    meanwhile: async () => {
      await session.query(`ALTER ROLE plain IN DATABASE postgres SET search_path = 'the secret'`);
      await session.query(`ALTER SYSTEM SET primary_conninfo = 'password=secret'`);
      await alterSystem('SET', `work_mem = '5MB'`);
    },
  });
  expect(about(changed, 'cluster')).toMatchObject({
    value: 3,
    level: 'warning',
    message:
      'changed in 1 minute: primary_conninfo (default) → (not shown), search_path of role plain in database postgres (default) → (not shown), work_mem (default) → 5120 kB',
  });
  const back = await look(server.url, settingsChanged, {
    meanwhile: () => alterSystem('RESET', 'ALL'),
  });
  expect(about(back, 'cluster').message).toContain('work_mem 5120 kB → (default)');
  expect(about(await look(server.url, settingsChanged), 'cluster')).toMatchObject({
    value: null,
    level: 'unknown',
  });
});

test.for([pendingRestart, settingsChanged])(
  '$name: what a role may not see is not taken for fine',
  async (check) => {
    expect(await look(urlAs('plain'), check)).toMatchObject({
      state: 'not-visible',
      message: expect.stringContaining('pg_read_all_settings'),
    });
  },
);

test('files: pg_monitor alone may not read them, which is said; what is granted by name helps', async () => {
  expect(await look(urlAs('watcher'), settingsFileErrors)).toMatchObject({
    state: 'not-visible',
    level: 'unknown',
    message: 'permission denied for view pg_file_settings',
    advice: expect.stringContaining('GRANT what the message names'),
  });
  await session.query(
    `GRANT SELECT ON pg_file_settings TO watcher; GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO watcher`,
  );
  expect(await look(urlAs('watcher'), settingsFileErrors)).toMatchObject({ state: 'read', level: 'ok' });
});
