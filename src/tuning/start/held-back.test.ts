import { describe, expect, test } from 'vitest';
import { holdBack, MEASURED, TRIAL } from './held-back.ts';

describe('holding back', () => {
  test('leaves out what would look for files or run somebody’s code', () => {
    const { configuration, adapted } = holdBack(
      { archive_command: 'rm -rf /', Port: '1', shared_preload_libraries: '/tmp/evil.so', work_mem: '8MB' },
      TRIAL,
    );
    expect(configuration).toEqual({ work_mem: '8MB' });
    expect(adapted.map(({ name, tried }) => [name, tried])).toEqual([
      ['archive_command', null],
      ['Port', null],
      ['shared_preload_libraries', null],
    ]);
  });

  test('keeps the line of what the command line overrides, and says so', () => {
    const proposed = {
      logging_collector: 'on',
      fsync: 'off',
      shared_preload_libraries: 'pg_stat_statements',
    };
    const { configuration, adapted } = holdBack(proposed, TRIAL);
    expect(configuration).toEqual(proposed);
    expect(adapted.map(({ name }) => name)).toEqual(['logging_collector']);
  });

  test('has more to override where servers are compared', () => {
    const proposed = { synchronous_commit: 'off', full_page_writes: 'on', autovacuum: 'on' };
    expect(holdBack(proposed, TRIAL).adapted).toEqual([]);
    expect(holdBack(proposed, MEASURED).adapted.map(({ name, tried }) => [name, tried])).toEqual([
      ['synchronous_commit', 'on'],
      ['autovacuum', 'off'],
    ]);
  });
});
