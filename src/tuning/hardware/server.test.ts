import { describe, expect, test } from 'vitest';
import { mergeProfile } from './merge.ts';
import { managedBy, suggestedByServer, toldByServer, type ServerHardware } from './server.ts';
import { classOfProbe, classOfTimedReads } from './storage-class.ts';

const GB = 1024 ** 3;

const SERVER: ServerHardware = {
  version: '18.4',
  build: 'PostgreSQL 18.4 on x86_64-pc-linux-gnu, compiled by gcc',
  isSuperuser: false,
  sharedBuffersBytes: 4 * GB,
  effectiveCacheBytes: 4 * GB,
  maxConnections: 100,
  configured: ['shared_buffers'],
  dataDirectory: null,
  databaseBytes: 7 * GB,
  hiddenDatabases: 2,
  timedReads: null,
  serviceRoles: [],
  serviceSettings: [],
};

describe('W9: a managed server', () => {
  test.each<[string, Partial<ServerHardware>]>([
    ['rds', { serviceSettings: ['rds.extensions'] }],
    ['rds', { serviceRoles: ['rdsadmin', 'rds_superuser'] }],
    ['aurora', { serviceRoles: ['rdsadmin'], serviceSettings: ['rds.extensions', 'apg_plan_mgmt.capture'] }],
    ['cloud-sql', { serviceRoles: ['cloudsqlsuperuser'] }],
    ['azure', { serviceSettings: ['azure.extensions'] }],
    ['supabase', { serviceRoles: ['supabase_admin'] }],
    ['neon', { serviceRoles: ['neon_superuser'] }],
    ['other', { serviceRoles: ['avnadmin'] }],
  ])('%s shows by its roles and settings', (service, signs) => {
    expect(managedBy({ ...SERVER, ...signs })?.service).toBe(service);
  });

  test('whoever is superuser is on a server of their own', () => {
    expect(managedBy({ ...SERVER, serviceRoles: ['supabase_admin'], isSuperuser: true })).toBeNull();
  });
});

describe('W8: what a server tells', () => {
  test('system, size and what it does not show', () => {
    expect(toldByServer(SERVER)).toMatchObject({
      os: { value: 'linux' },
      dataBytes: { value: 7 * GB, source: expect.stringContaining('2 are hidden') as string },
      connections: { value: null, source: "nobody says; the server's max_connections is 100" },
      managed: { value: null },
    });
  });

  test.each<[string, string | undefined]>([
    ['PostgreSQL 18.0 on aarch64-apple-darwin24.0.0, compiled by Apple clang', 'macos'],
    ['PostgreSQL 18.0 on x86_64-windows, compiled by msvc-19.44', 'windows'],
    ['PostgreSQL 18.0 on sparc-sun-solaris', undefined],
  ])('%s', (build, os) => {
    expect(toldByServer({ ...SERVER, build }).os?.value).toBe(os);
  });

  test.each<[string, Partial<ServerHardware>, number | undefined]>([
    ['four times shared_buffers', {}, 16 * GB],
    ['nothing where it is the default', { configured: [] }, undefined],
    [
      'at least what is counted as cached',
      { configured: ['shared_buffers', 'effective_cache_size'], effectiveCacheBytes: 24 * GB },
      24 * GB,
    ],
    ['Cloud SQL takes a third', { serviceRoles: ['cloudsqladmin'] }, 12 * GB],
  ])('memory is guessed: %s', (_what, facts, bytes) => {
    expect(suggestedByServer({ ...SERVER, ...facts }).memoryBytes?.value).toBe(bytes);
  });

  test.each<[count: number, meanMs: number, storage: string | null]>([
    [999, 5, null],
    [1000, 0.1, 'ssd'],
    [1000, 0.7, 'san'],
    [1000, 5, 'hdd'],
  ])('%d reads of %d ms are of %s', (count, meanMs, storage) => {
    expect(classOfTimedReads({ count, totalMs: count * meanMs })).toBe(storage);
  });
});

test.each<[what: string, medianMs: number, readsPerSecond: number, storage: string | null]>([
  ['memory', 0.003, 400_000, null],
  ['a local NVMe drive', 0.08, 180_000, 'nvme'],
  ['a SATA drive', 0.11, 60_000, 'ssd'],
  ['a disk of a cloud', 0.7, 16_000, 'san'],
  ['a throttled one', 0.9, 3000, 'san'],
  ['a slow array of many disks', 4, 3500, 'san'],
  ['a disk at 7,200 turns', 8, 250, 'hdd'],
  ['a disk at 15,000 turns', 3.5, 700, 'hdd'],
])('W7: %s', (_what, medianMs, readsPerSecond, storage) => {
  const probe = { file: 'data' as const, reads: 100, medianMs, depth: 16, readsPerSecond };
  expect(classOfProbe(probe)).toBe(storage);
});

describe('W1: the sources', () => {
  const of = (value: number, source: string) => ({ memoryBytes: { value, source } });

  test('the first that knows counts, then the first that guesses', () => {
    const given = of(1 * GB, 'given');
    const told = { ...of(2 * GB, 'told'), os: { value: 'macos' as const, source: 'told' } };
    const merged = mergeProfile(
      [given, told],
      [{ ...of(3 * GB, 'guess'), cpus: { value: 3, source: 'guess' } }],
    );
    expect(merged.profile).toMatchObject({
      memoryBytes: { value: 1 * GB, source: 'given' },
      os: { value: 'macos', source: 'told' },
      cpus: { value: 3, source: 'guess' },
      workload: { value: 'mixed', source: 'assumed: nobody says' },
    });
    expect(merged.guessed).toEqual(['cpus', 'storage', 'container', 'workload']);
  });

  test('what nobody knows and nobody has to know is not a guess', () => {
    expect(mergeProfile([], []).guessed).toEqual([
      'memoryBytes',
      'cpus',
      'storage',
      'os',
      'container',
      'workload',
    ]);
  });
});
