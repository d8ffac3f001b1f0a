import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { readMounts, type Mount } from './mounts.ts';

/** A limit that a cgroup sets, and the file that says so: `memory.max of /system.slice`. */
export interface Limit {
  readonly value: number;
  readonly source: string;
}

/** The strictest limits of a process's cgroup and those above it; null where none is set. */
export interface CgroupLimits {
  /** Bytes. */
  readonly memory: Limit | null;
  /** Cores; a quota may be a fraction. */
  readonly cpus: Limit | null;
}

/** The kernel says `max`, or a number next to 2^63: https://docs.kernel.org/admin-guide/cgroup-v2.html */
const NO_LIMIT_FROM = 2 ** 60;

/** What one file of a cgroup limits; null where it sets none. */
interface LimitFile {
  readonly name: string;
  readonly read: (text: string, sibling: (name: string) => Promise<string | null>) => Promise<number | null>;
}

const amount = async (text: string) => atMost(Number(text));
const cpuList = async (text: string) => countCpus(text);

/** By controller: what version 2 has in its one hierarchy, and version 1 in that of the controller. */
const FILES = {
  memory: {
    v2: [
      { name: 'memory.max', read: amount },
      // Above it a process is slowed down until it has given memory back.
      { name: 'memory.high', read: amount },
    ],
    v1: [
      { name: 'memory.limit_in_bytes', read: amount },
      // Of the cgroups above, too, where a container does not show them.
      {
        name: 'memory.stat',
        read: async (text) => atMost(Number(/^hierarchical_memory_limit (\d+)$/m.exec(text)?.[1] ?? NaN)),
      },
    ],
  },
  cpu: {
    v2: [{ name: 'cpu.max', read: async (text) => quota(text.split(' ')[0], text.split(' ')[1]) }],
    v1: [
      {
        name: 'cpu.cfs_quota_us',
        read: async (text, sibling) => quota(text, (await sibling('cpu.cfs_period_us')) ?? undefined),
      },
    ],
  },
  cpuset: {
    v2: [{ name: 'cpuset.cpus.effective', read: cpuList }],
    v1: [{ name: 'cpuset.cpus', read: cpuList }],
  },
} as const satisfies Record<string, Record<'v1' | 'v2', readonly LimitFile[]>>;

type Controller = keyof typeof FILES;

/**
 * Reads the limits of a process, of both versions of cgroups, and of several nested ones the strictest.
 * @param root `/`, or a folder with `proc` and `sys` below it
 */
export async function readCgroupLimits(root: string, pid: number | 'self'): Promise<CgroupLimits> {
  const [own, mounts] = await Promise.all([
    readOr(join(root, 'proc', String(pid), 'cgroup')),
    readMounts(root, 'self'),
  ]);
  const cgroups = (own ?? '').split('\n').map(parseCgroup);
  const hierarchies = (mounts ?? []).flatMap(hierarchyOf);
  const limitsOf = async (controller: Controller) =>
    (
      await Promise.all(hierarchies.map((hierarchy) => limitsIn(root, hierarchy, cgroups, controller)))
    ).flat();
  return {
    memory: strictest(await limitsOf('memory')),
    cpus: strictest([...(await limitsOf('cpu')), ...(await limitsOf('cpuset'))]),
  };
}

/** A line of `/proc/PID/cgroup`: the controllers of version 1 (none for version 2), and the path in the hierarchy. */
interface Cgroup {
  readonly controllers: readonly string[];
  readonly path: string;
}

function parseCgroup(line: string): Cgroup {
  const [, controllers = '', ...path] = line.split(':');
  return { controllers: controllers.split(',').filter((name) => name !== ''), path: path.join(':') };
}

/** Where a hierarchy is mounted, and which cgroup of it is there. */
interface Hierarchy {
  readonly version: 'v1' | 'v2';
  readonly controllers: readonly string[];
  readonly top: string;
  readonly folder: string;
}

function hierarchyOf({ type, top, folder, options }: Mount): Hierarchy[] {
  if (type === 'cgroup2') return [{ version: 'v2', controllers: [], top, folder }];
  return type === 'cgroup' ? [{ version: 'v1', controllers: options.split(','), top, folder }] : [];
}

async function limitsIn(
  root: string,
  { version, controllers, top, folder }: Hierarchy,
  cgroups: readonly Cgroup[],
  controller: Controller,
): Promise<Limit[]> {
  const isHere = (names: readonly string[]) =>
    version === 'v2' ? names.length === 0 : names.includes(controller);
  const cgroup = cgroups.find((candidate) => isHere(candidate.controllers));
  if (cgroup === undefined || (version === 'v1' && !controllers.includes(controller))) return [];
  const found: Limit[] = [];
  for (const path of await foldersUp(join(root, folder), relative(top, cgroup.path)))
    for (const { name, read } of FILES[controller][version]) {
      const text = await readOr(join(path, name));
      const value = text === null ? null : await read(text.trim(), (other) => readOr(join(path, other)));
      const where = `/${relative(join(root, folder), path)}`;
      if (value !== null) found.push({ value, source: `${name} of the cgroup ${where}` });
    }
  return found;
}

/** The cgroup's folder and those above it, as far as they are mounted. A container may see its own as the top. */
async function foldersUp(top: string, inside: string): Promise<string[]> {
  const start = resolve(top, inside);
  if (inside.startsWith('..') || !(await isThere(start))) return [top];
  const folders = [start];
  for (let folder = start; folder !== resolve(top); folder = dirname(folder)) folders.push(dirname(folder));
  return folders;
}

function strictest(limits: readonly Limit[]): Limit | null {
  return limits.reduce<Limit | null>(
    (least, limit) => (least === null || limit.value < least.value ? limit : least),
    null,
  );
}

function atMost(value: number): number | null {
  return value > 0 && value < NO_LIMIT_FROM ? value : null;
}

/** Microseconds of CPU in each period; `max` or -1 for no limit. */
function quota(microseconds = '', period = ''): number | null {
  const cpus = Number(microseconds) / Number(period);
  return Number.isFinite(cpus) && cpus > 0 ? cpus : null;
}

/** `0-3,8`: five. */
function countCpus(list: string): number | null {
  const counts = list.split(',').map((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number);
    return last - first + 1;
  });
  const count = counts.reduce((sum, one) => sum + one, 0);
  return list !== '' && count > 0 ? count : null;
}

async function readOr(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
