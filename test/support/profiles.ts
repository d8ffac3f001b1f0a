import fc from 'fast-check';
import type {
  HardwareProfile,
  ManagedService,
  OperatingSystem,
  Storage,
  WorkloadKind,
} from '../../src/tuning/profile.ts';
import { GB, MB } from '../../src/tuning/units.ts';

const WORKLOADS: readonly WorkloadKind[] = ['web', 'oltp', 'dw', 'mixed', 'desktop'];
const STORAGES: readonly Storage[] = ['nvme', 'ssd', 'san', 'hdd'];
const SYSTEMS: readonly OperatingSystem[] = ['linux', 'macos', 'windows'];

/** A machine of one's own, of a usual size. */
export const SERVER: HardwareProfile = {
  memoryBytes: 16 * GB,
  cpus: 8,
  storage: 'ssd',
  os: 'linux',
  container: false,
  workload: 'web',
  connections: null,
  dataBytes: null,
  freeBytes: null,
  managed: null,
};

/** Machines from 512 MB to the given size, sizes spread evenly over the powers of two. */
export function profiles(
  largestBytes: number,
  managed: readonly (ManagedService | null)[] = [null],
): fc.Arbitrary<HardwareProfile> {
  const sizes = fc
    .double({ min: Math.log2(512 * MB), max: Math.log2(largestBytes), noNaN: true })
    .map((exponent) => Math.floor(2 ** exponent));
  return fc.record({
    memoryBytes: sizes,
    cpus: fc.oneof(fc.constantFrom(1, 2, 4, 8, 16, 64, 128), fc.double({ min: 0.25, max: 8, noNaN: true })),
    storage: fc.constantFrom(...STORAGES),
    os: fc.constantFrom(...SYSTEMS),
    container: fc.boolean(),
    workload: fc.constantFrom(...WORKLOADS),
    connections: fc.option(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 100, max: 5_000 }))),
    dataBytes: fc.option(fc.double({ min: MB, max: 4096 * GB, noNaN: true }).map(Math.floor)),
    freeBytes: fc.option(fc.double({ min: MB, max: 4096 * GB, noNaN: true }).map(Math.floor)),
    managed: fc.constantFrom(...managed),
  });
}
