import { describe, expect, test } from 'vitest';
import { fitToMachine, type Needs, type Room } from './fit.ts';

const GB = 1024 ** 3;
const MB = 1024 ** 2;

describe('fitting to a machine', () => {
  const room: Room = { memoryBytes: 2 * GB, logBytes: 4 * GB, hugePages: 0 };
  const needs = (sharedMemoryBytes: number, hugePages: number | null = null): Needs => ({
    sharedMemoryBytes,
    hugePages,
  });

  test('leaves alone what fits', () => {
    const proposed = {
      shared_buffers: '512MB',
      work_mem: '16MB',
      max_connections: '200',
      max_wal_size: '1GB',
    };
    expect(fitToMachine(proposed, needs(600 * MB), room)).toEqual({ configuration: proposed, adapted: [] });
  });

  test('takes from the buffers first and says from what to what', () => {
    const { configuration, adapted } = fitToMachine(
      { shared_buffers: '64GB', max_connections: '200' },
      needs(64 * GB * 1.024 + 150 * MB),
      room,
    );
    expect(megabytes(configuration['shared_buffers'])).toBeGreaterThan(700);
    expect(megabytes(configuration['shared_buffers'])).toBeLessThan(1024);
    expect(adapted).toEqual([
      {
        name: 'shared_buffers',
        proposed: '64GB',
        tried: configuration['shared_buffers'],
        why: 'this machine has 2 GB for it',
      },
    ]);
  });

  test('then from the connections, which bring the rest', () => {
    const proposed = { shared_buffers: '1GB', max_connections: '20000' };
    const { configuration } = fitToMachine(proposed, needs(1024 * 1.024 * MB + 2500 * MB), room);
    expect(configuration['shared_buffers']).toBe('128MB');
    expect(Number(configuration['max_connections'])).toBeLessThan(8_000);
    expect(Number(configuration['max_connections'])).toBeGreaterThan(6_000);
  });

  test('never goes below the defaults', () => {
    const small = { ...room, memoryBytes: 100 * MB };
    const proposed = { shared_buffers: '4GB', max_connections: '3000' };
    const { configuration } = fitToMachine(proposed, needs(5 * GB), small);
    expect(configuration).toEqual({ shared_buffers: '128MB', max_connections: '100' });
  });

  test('does not make up settings that nobody proposed', () => {
    expect(fitToMachine({ work_mem: '4MB' }, needs(50 * GB), room).adapted).toEqual([]);
  });

  test('caps what sessions take, by memory and by volume', () => {
    const { configuration } = fitToMachine(
      {
        work_mem: '4GB',
        maintenance_work_mem: '8GB',
        max_wal_size: '64GB',
        min_wal_size: '16GB',
        autovacuum_work_mem: '-1',
      },
      needs(150 * MB),
      room,
    );
    expect(configuration).toEqual({
      work_mem: '128MB',
      maintenance_work_mem: '512MB',
      max_wal_size: '2GB',
      min_wal_size: '1GB',
      autovacuum_work_mem: '-1',
    });
  });

  test('insists on huge pages only where they are', () => {
    const on = { huge_pages: 'on' };
    expect(fitToMachine(on, needs(GB, 520), { ...room, hugePages: 600 }).adapted).toEqual([]);
    expect(fitToMachine(on, needs(GB, 520), { ...room, hugePages: 12 }).adapted).toEqual([
      expect.objectContaining({ tried: 'try', why: 'this machine has 12 free huge pages, it needs 520' }),
    ]);
    expect(fitToMachine(on, needs(GB, null), room).configuration).toEqual({ huge_pages: 'try' });
    expect(fitToMachine({ huge_pages: 'try' }, needs(GB, 520), room).adapted).toEqual([]);
  });
});

function megabytes(value: string | undefined): number {
  expect(value).toMatch(/^\d+MB$/);
  return Number.parseInt(value ?? '', 10);
}
