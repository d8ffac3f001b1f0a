import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { readRoom } from '../../src/labs/configuration/room.ts';
import { tryConfiguration } from '../../src/labs/configuration/start.ts';
import type { Room } from '../../src/tuning/start/fit.ts';
import type { StartReport } from '../../src/tuning/start/report.ts';

const ROOM: Room = { memoryBytes: 1024 ** 3, logBytes: 4 * 1024 ** 3, hugePages: 0 };

function start(proposed: Readonly<Record<string, string>>, signal = new AbortController().signal) {
  return tryConfiguration(proposed, { room: ROOM, signal });
}

test('a configuration for a larger machine starts here, and everything that does not is named', async () => {
  const report = await start({
    // Names that are none, of a widespread list and of its own making.
    parallelVacuumMinWorkers: '2',
    "work_mem = '1TB'\nfsync": 'off',
    // Values that this build does not have, or nobody has.
    wal_compression: 'lz4',
    io_method: 'io_uring',
    io_workers: '99',
    // What does not go together.
    wal_level: 'minimal',
    // Larger than this machine.
    shared_buffers: '64GB',
    work_mem: '2GB',
    max_wal_size: '64GB',
    huge_pages: 'on',
    // Libraries, and what they know.
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.max': '9000',
    'pg_stat_statements.nope': '1',
    // What a trial has to have otherwise.
    archive_command: 'true',
    logging_collector: 'on',
    // What is as it should be.
    max_connections: '300',
    autovacuum_max_workers: '20',
    random_page_cost: '1.1',
    log_line_prefix: `%m 'quoted' [%p] `,
  });
  expect(namesOf(report.refused)).toEqual([
    "work_mem = '1TB'\nfsync",
    'parallelVacuumMinWorkers',
    'wal_compression',
    'io_method',
    'io_workers',
    'wal_level',
    'pg_stat_statements.nope',
  ]);
  expect(refusalOf(report, 'parallelVacuumMinWorkers')?.message).toMatch(
    /^unrecognized configuration parameter/,
  );
  expect(refusalOf(report, 'io_method')).toEqual({
    name: 'io_method',
    value: 'io_uring',
    kind: 'value',
    message: 'invalid value for parameter "io_method": "io_uring"',
    hint: 'Available values: sync, worker.',
  });
  expect(refusalOf(report, 'io_workers')?.message).toContain('(1 .. 32)');
  expect(refusalOf(report, 'wal_level')?.message).toContain('max_wal_senders');

  const adapted = Object.fromEntries(
    report.adapted.map(({ name, proposed, tried }) => [name, [proposed, tried]]),
  );
  expect(adapted).toMatchObject({
    shared_buffers: ['64GB', report.tried['shared_buffers']],
    work_mem: ['2GB', '64MB'],
    max_wal_size: ['64GB', '2GB'],
    huge_pages: ['on', 'try'],
    archive_command: ['true', null],
    logging_collector: ['on', 'off'],
    log_line_prefix: [`%m 'quoted' [%p] `, '%m [%p] '],
  });
  expect(Number.parseInt(report.tried['shared_buffers'] ?? '', 10)).toBeLessThan(512);

  expect(report.takes).toMatchObject({
    max_connections: 'restart',
    shared_preload_libraries: 'restart',
    'pg_stat_statements.max': 'restart',
    autovacuum_max_workers: 'reload',
    max_wal_size: 'reload',
    random_page_cost: 'session',
    work_mem: 'session',
  });
  expect(report.warnings.join()).toContain('"autovacuum_max_workers" (20) should be less than or equal');
  expect(await foldersOfOurs()).toEqual([]);
});

test('a start that is interrupted leaves nothing', async () => {
  const interruption = new AbortController();
  const starting = start({ work_mem: '8MB' }, interruption.signal);
  interruption.abort(new Error('enough'));
  await expect(starting).rejects.toThrow('enough');
  expect(await foldersOfOurs()).toEqual([]);
});

test('the room of a machine is shared by the servers on it', async () => {
  const [one, each] = [await readRoom(1), await readRoom(4)];
  expect(one.memoryBytes).toBeGreaterThan(100 * 1024 ** 2);
  expect(each.memoryBytes).toBeLessThan(one.memoryBytes / 2);
  expect(each.logBytes).toBeGreaterThan(0);
});

function namesOf(list: readonly { readonly name: string }[]): string[] {
  return list.map(({ name }) => name);
}

function refusalOf({ refused }: StartReport, wanted: string) {
  return refused.find(({ name }) => name === wanted);
}

/** Temporary folders of servers that this process has started. */
async function foldersOfOurs(): Promise<string[]> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith('pitstop-server-'));
  const owned = names.map(async (name) => {
    const owner = await readFile(join(tmpdir(), name, 'owner.json'), 'utf8').catch(() => '{}');
    return (JSON.parse(owner) as { pid?: number }).pid === process.pid ? [name] : [];
  });
  return (await Promise.all(owned)).flat();
}
