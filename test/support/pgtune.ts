import type { HardwareProfile, Storage, WorkloadKind } from '../../src/tuning/profile.ts';
import { GB, MB } from '../../src/tuning/units.ts';

/**
 * The formulas that pgtune publishes for PostgreSQL 18, written down from its description for a comparison: bytes,
 * milliseconds and counts, or words.
 */
export function pgtune(profile: HardwareProfile): ReadonlyMap<string, number | string> {
  const { memoryBytes, workload, storage, os } = profile;
  const cpus = Math.max(1, Math.floor(profile.cpus));
  const sharedBuffers = memoryBytes / (workload === 'desktop' ? 16 : 4);
  const connections = profile.connections ?? CONNECTIONS[workload];
  const maintenance = Math.min(8 * GB, memoryBytes / (workload === 'dw' ? 8 : 16));
  const [minWal, maxWal] = WAL[workload];
  const buffers = 0.03 * sharedBuffers;
  const ioMethod = os === 'linux' ? 'io_uring' : 'worker';
  const ioWorkers = Math.min(32, Math.max(3, Math.floor(cpus / 4)));
  const settings: (readonly [string, number | string])[] = [
    ['max_connections', connections],
    ['shared_buffers', sharedBuffers],
    ['huge_pages', os === 'macos' || sharedBuffers < 2 * GB ? 'off' : 'try'],
    ['effective_cache_size', memoryBytes * (workload === 'desktop' ? 0.25 : 0.75)],
    ['maintenance_work_mem', maintenance],
    ['wal_buffers', buffers >= 14 * MB ? 16 * MB : Math.max(32 * 1024, buffers)],
    ['checkpoint_completion_target', 0.9],
    ['min_wal_size', minWal],
    ['max_wal_size', maxWal],
    ['default_statistics_target', workload === 'dw' ? 500 : 100],
    ['random_page_cost', randomPageCost(profile)],
    ['work_mem', workMem(profile, { cpus, connections, sharedBuffers })],
    ['wal_compression', 'lz4'],
    ['io_method', ioMethod],
  ];
  if (maintenance >= 2 * GB) settings.push(['autovacuum_work_mem', 2 * GB]);
  if (os === 'linux') settings.push(['effective_io_concurrency', CONCURRENCY[storage]]);
  if (ioMethod === 'worker' && ioWorkers > 3) settings.push(['io_workers', ioWorkers]);
  if (cpus >= 16) settings.push(['autovacuum_max_workers', cpus >= 32 ? 5 : 4]);
  if (workload !== 'dw' && workload !== 'desktop') settings.push(['jit', 'off']);
  if (workload === 'desktop') settings.push(['wal_level', 'minimal'], ['max_wal_senders', 0]);
  if (cpus >= 4) {
    const half = Math.ceil(cpus / 2);
    settings.push(
      ['max_worker_processes', cpus],
      ['max_parallel_workers', cpus],
      ['max_parallel_workers_per_gather', workload === 'dw' ? half : Math.min(4, half)],
      ['max_parallel_maintenance_workers', Math.min(4, half)],
    );
  }
  return new Map(settings);
}

const CONNECTIONS: Readonly<Record<WorkloadKind, number>> = {
  web: 200,
  oltp: 300,
  dw: 40,
  desktop: 20,
  mixed: 100,
};

const WAL: Readonly<Record<WorkloadKind, readonly [least: number, most: number]>> = {
  web: [GB, 4 * GB],
  oltp: [2 * GB, 8 * GB],
  dw: [4 * GB, 16 * GB],
  desktop: [100 * MB, 2 * GB],
  mixed: [GB, 4 * GB],
};

const CONCURRENCY: Readonly<Record<Storage, number>> = { hdd: 2, ssd: 200, san: 300, nvme: 1000 };

function randomPageCost({ dataBytes, memoryBytes, storage, workload }: HardwareProfile): number {
  if (dataBytes !== null && dataBytes < memoryBytes) return 1.1;
  return storage === 'hdd' || workload === 'dw' ? 4 : 1.1;
}

interface WorkMemTerms {
  readonly cpus: number;
  readonly connections: number;
  readonly sharedBuffers: number;
}

function workMem(
  { memoryBytes, dataBytes, workload }: HardwareProfile,
  { cpus, connections, sharedBuffers }: WorkMemTerms,
): number {
  const workers = cpus >= 4 ? cpus : 8;
  const each = (memoryBytes - sharedBuffers) / ((connections + workers) * 3);
  const byWorkload = { web: 1, oltp: 1, dw: 1 / 2, mixed: 1 / 2, desktop: 1 / 6 }[workload];
  const bySize = dataBytes === null ? 1 : dataBytes < memoryBytes ? 1.3 : dataBytes > memoryBytes ? 0.9 : 1;
  return Math.max(4 * MB, each * byWorkload * bySize);
}
