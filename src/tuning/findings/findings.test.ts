import { describe, expect, test } from 'vitest';
import type { ServerCounters } from '../../measure/servers/counters.ts';
import type { CountedServer } from './finding.ts';
import { serverFindings } from './index.ts';

const MB = 1024 ** 2;

const IDLE: ServerCounters = {
  blocksHit: 1_000_000,
  blocksRead: 5_000,
  evictions: 0,
  tempFiles: 0,
  tempBytes: 0,
  walBytes: 100 * MB,
  walRecords: 100_000,
  walImages: 1_000,
  walBuffersFull: 0,
  checkpointsRequested: 1,
  checkpointsTimed: 40,
  parallelWorkersPlanned: 0,
  parallelWorkersLaunched: 0,
};

function server(counters: Partial<ServerCounters>, facts: Partial<CountedServer> = {}): CountedServer {
  return {
    counters: { ...IDLE, ...counters },
    bufferBytes: 128 * MB,
    workingSetBytes: 600 * MB,
    walCompression: 'off',
    ...facts,
  };
}

const found = (counted: CountedServer) => serverFindings(counted).map(({ id }) => id);

test('a server that is well has no finding', () => {
  expect(found(server({}))).toEqual([]);
  expect(
    found(server(Object.fromEntries(Object.keys(IDLE).map((name) => [name, 0])) as Partial<ServerCounters>)),
  ).toEqual([]);
});

describe('spills', () => {
  test('are told with their size and what would hold it', () => {
    const [finding] = serverFindings(server({ tempFiles: 40, tempBytes: 400 * MB }));
    expect(finding).toMatchObject({
      id: 'spills',
      settings: ['work_mem', 'hash_mem_multiplier'],
      numbers: { files: 40, meanBytes: 10 * MB },
    });
    expect(finding?.advice).toContain('30 MB');
  });

  test('are none where few files were written', () => {
    expect(found(server({ tempFiles: 9, tempBytes: 900 * MB }))).toEqual([]);
  });
});

describe('a small shared_buffers', () => {
  const churning = { blocksRead: 400_000, evictions: 390_000 };

  test('is one that sends blocks away for those that it reads', () => {
    expect(found(server(churning))).toEqual(['small-shared-buffers']);
    expect(found(server(churning, { workingSetBytes: null }))).toEqual(['small-shared-buffers']);
  });

  test('is none while there is room, or where all of it would fit', () => {
    expect(found(server({ ...churning, evictions: 1_000 }))).toEqual([]);
    expect(found(server(churning, { workingSetBytes: 100 * MB }))).toEqual([]);
  });

  test('is none where nearly everything is found', () => {
    expect(found(server({ blocksRead: 10_000, evictions: 10_000 }))).toEqual([]);
  });
});

describe('a log that is too small', () => {
  test('is one whose size brings the checkpoints', () => {
    expect(found(server({ checkpointsRequested: 30, checkpointsTimed: 5 }))).toEqual(['early-checkpoints']);
  });

  test('is none where time brings them, or where somebody asked for one', () => {
    expect(found(server({ checkpointsRequested: 30, checkpointsTimed: 31 }))).toEqual([]);
    expect(found(server({ checkpointsRequested: 2, checkpointsTimed: 0 }))).toEqual([]);
  });
});

describe('whole pages in the log', () => {
  const heavy = { walBytes: 100 * MB, walImages: 9_000 };

  test('are told where they make up much of it and are not compressed', () => {
    expect(found(server(heavy))).toEqual(['page-images']);
    expect(found(server(heavy, { walCompression: 'pglz' }))).toEqual([]);
    expect(found(server({ ...heavy, walBytes: 5 * MB, walImages: 600 }))).toEqual([]);
  });

  test('are never more than all of it', () => {
    const [finding] = serverFindings(server({ ...heavy, walImages: 90_000 }));
    expect(finding?.numbers['share']).toBe(1);
  });
});
