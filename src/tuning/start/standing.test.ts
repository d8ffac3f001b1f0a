import { expect, test } from 'vitest';
import { olderSettings } from '../../../test/support/older-settings.ts';
import { POSTGRESQL_18 } from '../postgresql-18.ts';
import type { TuningServer } from '../server.ts';
import { standingConfiguration } from './standing.ts';

function withSetting(server: TuningServer, name: string, value: string, source: string): TuningServer {
  const facts = server.settings.get(name)!;
  return { ...server, settings: new Map([...server.settings, [name, { ...facts, value, source }]]) };
}

test('a server that nobody has configured has nothing to be told, unless it is older', () => {
  expect(standingConfiguration({ ...POSTGRESQL_18, offline: false })).toEqual({});
  expect(standingConfiguration(olderSettings(170_010))).toEqual({
    effective_io_concurrency: '1',
    maintenance_io_concurrency: '10',
  });
  expect(standingConfiguration(olderSettings(140_023))).toMatchObject({
    effective_io_concurrency: '1',
    hash_mem_multiplier: '1',
    log_checkpoints: 'off',
  });
});

test('what somebody has set is told, also where it is the older default', () => {
  const old = olderSettings(140_023);
  expect(standingConfiguration(withSetting(old, 'work_mem', '8192', 'configuration file'))).toMatchObject({
    work_mem: '8MB',
  });
  const written = withSetting(old, 'effective_io_concurrency', '1', 'configuration file');
  expect(standingConfiguration(written)).toMatchObject({ effective_io_concurrency: '1' });
  const as18 = withSetting(old, 'effective_io_concurrency', '16', 'configuration file');
  expect(standingConfiguration(as18)).not.toHaveProperty('effective_io_concurrency');
});

test('what our own session or the start has set is nobody’s choice', () => {
  const server = { ...POSTGRESQL_18, offline: false };
  for (const source of ['session', 'client', 'override'])
    expect(standingConfiguration(withSetting(server, 'work_mem', '8192', source))).toEqual({});
});

test('what is of another sort in our version is left to it', () => {
  const compressed = withSetting(olderSettings(140_023), 'wal_compression', 'on', 'configuration file');
  expect(standingConfiguration(compressed)).toMatchObject({ wal_compression: 'on' });
});
