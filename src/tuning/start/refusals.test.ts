import { describe, expect, test } from 'vitest';
import { readRefusals, readWarnings } from './refusals.ts';

/** What 18.4 wrote, word for word. */
describe('what a server refuses', () => {
  const AT = '2026-11-27 20:35:18.536 UTC [13915]';

  test('unknown names', () => {
    const log = [
      `${AT} LOG:  unrecognized configuration parameter "wrok_mem" in file "/tmp/d/pitstop.conf" line 1`,
      `${AT} LOG:  unrecognized configuration parameter "foo_bar" in file "/tmp/d/pitstop.conf" line 4`,
      `${AT} FATAL:  configuration file "/tmp/d/pitstop.conf" contains errors`,
    ].join('\n');
    expect(readRefusals(log, { wrok_mem: '1MB', wal_compression: 'lz4', foo_bar: '1' })).toEqual([
      {
        name: 'wrok_mem',
        value: '1MB',
        kind: 'name',
        message: 'unrecognized configuration parameter "wrok_mem"',
        hint: null,
      },
      {
        name: 'foo_bar',
        value: '1',
        kind: 'name',
        message: 'unrecognized configuration parameter "foo_bar"',
        hint: null,
      },
    ]);
  });

  test('values, with what the server would take', () => {
    const log = [
      `${AT} LOG:  invalid value for parameter "wal_compression": "lz4"`,
      `${AT} HINT:  Available values: pglz, on, off.`,
      `${AT} LOG:  99 is outside the valid range for parameter "io_workers" (1 .. 32)`,
      `${AT} LOG:  invalid value for parameter "search_path": "wal_level"`,
      `${AT} FATAL:  configuration file "/tmp/d/pitstop.conf" contains errors`,
    ].join('\n');
    const configuration = {
      wal_compression: 'lz4',
      io_workers: '99',
      wal_level: 'replica',
      search_path: 'wal_level',
    };
    expect(readRefusals(log, configuration).map(({ name, kind, hint }) => [name, kind, hint])).toEqual([
      ['wal_compression', 'value', 'Available values: pglz, on, off.'],
      ['io_workers', 'value', null],
      ['search_path', 'value', null],
    ]);
  });

  test.for([
    [
      'WAL streaming ("max_wal_senders" > 0) requires "wal_level" to be "replica" or "logical"',
      { wal_level: 'minimal', work_mem: '1MB' },
      ['wal_level'],
    ],
    [
      'could not map anonymous shared memory: Cannot allocate memory',
      { huge_pages: 'on', shared_buffers: '1GB' },
      ['huge_pages'],
    ],
    [
      'could not map anonymous shared memory: Cannot allocate memory',
      { max_connections: '9000' },
      ['max_connections'],
    ],
    [
      'could not access file "pg_foo": No such file or directory',
      { shared_preload_libraries: 'pg_foo' },
      ['shared_preload_libraries'],
    ],
    ['could not setup io_uring queue: Operation not permitted', { io_method: 'io_uring' }, ['io_method']],
    ['something else entirely', { work_mem: '1MB' }, []],
  ] as const)('what does not go together: %s', ([message, configuration, names]) => {
    const log = `${AT} FATAL:  ${message}\n${AT} HINT:  perhaps by reducing "shared_buffers" or "max_connections".\n${AT} LOG:  database system is shut down\n`;
    expect(readRefusals(log, configuration).map(({ name }) => name)).toEqual(names);
  });

  test('before there is a log', () => {
    const log =
      'postgres: "superuser_reserved_connections" (3) plus "reserved_connections" (2) must be less than "max_connections" (4)\n';
    const names = readRefusals(log, { max_connections: '4', reserved_connections: '2' }).map(
      ({ name }) => name,
    );
    expect(names.toSorted()).toEqual(['max_connections', 'reserved_connections']);
  });

  test('a line that is none', () => {
    const log = [
      `${AT} LOG:  syntax error in file "/tmp/d/pitstop.conf" line 2, near token "no"`,
      `${AT} FATAL:  configuration file "/tmp/d/postgresql.conf" contains errors`,
    ].join('\n');
    expect(readRefusals(log, { work_mem: '1MB', odd: 'x' }).map(({ name }) => name)).toEqual(['odd']);
  });

  test('is not what it warns of', () => {
    const log = [
      `${AT} WARNING:  "autovacuum_max_workers" (8) should be less than or equal to "autovacuum_worker_slots" (3)`,
      `${AT} DETAIL:  The server will only start up to 3.`,
      `${AT} LOG:  database system is ready to accept connections`,
    ].join('\n');
    expect(readRefusals(log, { autovacuum_max_workers: '8' })).toEqual([]);
    expect(readWarnings(log)).toEqual([
      '"autovacuum_max_workers" (8) should be less than or equal to "autovacuum_worker_slots" (3); The server will only start up to 3.',
    ]);
  });
});
