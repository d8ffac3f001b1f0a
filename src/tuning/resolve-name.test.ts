import { describe, expect, test } from 'vitest';
import { FORMER_NAMES } from './former-names.ts';
import { POSTGRESQL_18 } from './postgresql-18.ts';
import { resolveSettingName } from './resolve-name.ts';

const resolve = (name: string) => resolveSettingName(name, POSTGRESQL_18);

describe('a name is found', () => {
  test.each([
    ['work_mem', 'work_mem'],
    ['workMem', 'work_mem'],
    ['WORK_MEM', 'work_mem'],
    [' work-mem ', 'work_mem'],
    ['Work Mem', 'work_mem'],
    ['enableIncrementalSort', 'enable_incremental_sort'],
    ['superuserReservedConnections', 'superuser_reserved_connections'],
    ['datestyle', 'DateStyle'],
    ['DateStyle', 'DateStyle'],
  ])('as %s', (given, name) => {
    expect(resolve(given)).toMatchObject({ kind: 'setting', facts: { name } });
  });
});

describe('what does not exist is refused with what there is', () => {
  test.each([
    ['parallelVacuumMinWorkers', 'max_parallel_maintenance_workers'],
    ['parallel_vacuum_max_workers', 'VACUUM (PARALLEL n)'],
    ['enableJsonPathOptimization', 'a GIN index with jsonb_path_ops'],
    ['checkpoint_segments', 'max_wal_size'],
    ['walKeepSegments', 'wal_keep_size'],
    ['stats_temp_directory', 'nothing: statistics are in shared memory'],
    ['innodb_buffer_pool_size', 'shared_buffers'],
    ['wrok_mem', 'work_mem'],
    ['shared_buffer', 'shared_buffers'],
    ['max_conections', 'max_connections'],
    ['pg_stat_statements.max', 'shared_preload_libraries'],
  ])('%s: %s', (given, instead) => {
    expect(resolve(given)).toMatchObject({ kind: 'refused', instead: expect.arrayContaining([instead]) });
  });

  test.each(['', '   ', '🐘', 'xyzzy', "'; DROP TABLE a"])('and nothing is guessed for %j', (name) => {
    expect(resolve(name)).toEqual({ kind: 'refused', why: 'there is no such setting', instead: [] });
  });

  test('and nothing is looked for where the name is a book', () => {
    expect(resolve('work_mem '.repeat(100_000))).toMatchObject({ kind: 'refused', instead: [] });
  });
});

test('no former name is one that 18 has', () => {
  expect(FORMER_NAMES.filter(({ name }) => POSTGRESQL_18.settings.has(name))).toEqual([]);
});

test('a setting of a later version is told from one that never was', () => {
  const settings = new Map([...POSTGRESQL_18.settings].filter(([name]) => name !== 'io_workers'));
  expect(resolveSettingName('ioWorkers', { ...POSTGRESQL_18, versionNumber: 170_005, settings })).toEqual({
    kind: 'refused',
    why: 'PostgreSQL 17 does not have it, a later version does',
    instead: [],
  });
});
