import { availableParallelism, cpus, platform, totalmem } from 'node:os';
import type { PartialProfile } from '../tuning/hardware/claim.ts';
import type { OperatingSystem } from '../tuning/profile.ts';
import { readCgroupLimits, type Limit } from './cgroup.ts';
import { containerSign } from './container.ts';

const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, OperatingSystem>>> = {
  linux: 'linux',
  darwin: 'macos',
  win32: 'windows',
};

/**
 * Memory, cores, system and container of this machine, as far as a process may use them. What Node allows itself (its
 * heap, its threads) is no limit of the machine and does not count.
 * @param root `/`, or a folder with `proc` and `sys` below it
 * @param pid whose cgroup sets the limits: the server's where it is known
 */
export async function readMachine(
  root: string,
  pid: number | 'self',
): Promise<Pick<Required<PartialProfile>, 'memoryBytes' | 'cpus' | 'os' | 'container'>> {
  const [limits, sign] = await Promise.all([readCgroupLimits(root, pid), containerSign(root)]);
  // Some systems hide their processors.
  const cores = cpus().length || availableParallelism();
  return {
    memoryBytes: within({ value: totalmem(), source: "the machine's memory" }, limits.memory),
    cpus: within({ value: cores, source: "the machine's cores" }, limits.cpus),
    os: operatingSystem(platform()),
    container: { value: sign !== null, source: sign ?? 'no sign of a container' },
  };
}

function within(machine: Limit, limit: Limit | null): Limit {
  return limit !== null && limit.value < machine.value ? limit : machine;
}

function operatingSystem(name: NodeJS.Platform): { value: OperatingSystem; source: string } {
  const known = SYSTEMS[name];
  return known === undefined
    ? { value: 'linux', source: `this machine has ${name}, taken for linux` }
    : { value: known, source: "the machine's operating system" };
}
