import { cpus, totalmem } from 'node:os';
import { describe, expect, test } from 'vitest';
import { readCgroupLimits } from '../../src/hardware/cgroup.ts';
import { readMachine } from '../../src/hardware/machine.ts';
import { createFolder } from '../support/folder.ts';

const MB = 1024 ** 2;
const GB = 1024 ** 3;
/** What version 1 says for none: the largest number of whole pages below 2^63. */
const NONE_V1 = '9223372036854771712';

const V2_MOUNT = '31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate';
const V1_MOUNTS = ['memory', 'cpu,cpuacct', 'cpuset'].map(
  (names, at) => `${32 + at} 31 0:3${at} / /sys/fs/cgroup/${names} rw - cgroup cgroup rw,${names}`,
);

/** A tree as of `/`, with the cgroups of this process and of number 77. */
async function root(
  mounts: readonly string[],
  cgroup: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  return createFolder({
    'proc/self/mountinfo': `22 1 254:0 / / rw - ext4 /dev/vda rw\n${mounts.join('\n')}\n`,
    'proc/self/cgroup': `${cgroup}\n`,
    'proc/77/cgroup': `${cgroup}/postgres\n`,
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`sys/fs/cgroup/${name}`, `${text}\n`]),
    ),
  });
}

describe('W7: version 2', () => {
  test('of nested cgroups the strictest counts', async () => {
    const folder = await root([V2_MOUNT], '0::/system.slice/app.service', {
      'system.slice/memory.max': `${2 * GB}`,
      'system.slice/cpu.max': 'max 100000',
      'system.slice/app.service/memory.max': `${4 * GB}`,
      'system.slice/app.service/cpu.max': '150000 100000',
      'system.slice/app.service/cpuset.cpus.effective': '0-3,8',
    });
    expect(await readCgroupLimits(folder, 'self')).toEqual({
      memory: { value: 2 * GB, source: 'memory.max of the cgroup /system.slice' },
      cpus: { value: 1.5, source: 'cpu.max of the cgroup /system.slice/app.service' },
    });
  });

  test('memory.high slows down before memory.max kills; a set of processors is a limit', async () => {
    const folder = await root([V2_MOUNT], '0::/pod', {
      'pod/memory.max': `${2 * GB}`,
      'pod/memory.high': `${GB}`,
      'pod/cpu.max': '400000 100000',
      'pod/cpuset.cpus.effective': '2-3',
    });
    expect(await readCgroupLimits(folder, 'self')).toEqual({
      memory: { value: GB, source: 'memory.high of the cgroup /pod' },
      cpus: { value: 2, source: 'cpuset.cpus.effective of the cgroup /pod' },
    });
  });

  test.each(['max', NONE_V1, `${2 ** 60}`, '0', '', 'many'])('%j is no limit', async (text) => {
    const folder = await root([V2_MOUNT], '0::/pod', { 'pod/memory.max': text, 'pod/cpu.max': text });
    expect(await readCgroupLimits(folder, 'self')).toEqual({ memory: null, cpus: null });
  });

  test('a container sees its own cgroup as the top', async () => {
    const folder = await root([V2_MOUNT], '0::/', { 'memory.max': `${512 * MB}` });
    expect((await readCgroupLimits(folder, 'self')).memory?.value).toBe(512 * MB);
  });

  test('a path that is not mounted here is the top, too', async () => {
    const folder = await root([V2_MOUNT], '0::/../elsewhere', { 'memory.max': `${GB}` });
    expect((await readCgroupLimits(folder, 'self')).memory?.value).toBe(GB);
  });

  test('a mount point may have spaces', async () => {
    const mount = String.raw`31 23 0:28 / /sys/fs/cgroup/a\040b rw - cgroup2 none rw`;
    const folder = await root([mount], '0::/x', { 'a b/x/memory.max': `${GB}` });
    expect((await readCgroupLimits(folder, 'self')).memory?.value).toBe(GB);
  });

  test("the server's cgroup counts where its process is known", async () => {
    const folder = await root([V2_MOUNT], '0::/apps', {
      'apps/memory.max': `${4 * GB}`,
      'apps/postgres/memory.max': `${GB}`,
    });
    expect((await readCgroupLimits(folder, 'self')).memory?.value).toBe(4 * GB);
    expect((await readCgroupLimits(folder, 77)).memory?.value).toBe(GB);
  });
});

describe('W7: version 1', () => {
  const cgroup = ['4:memory:/docker/abc', '3:cpuset:/docker/abc', '1:cpu,cpuacct:/docker/abc'].join('\n');

  test('each controller has a hierarchy of its own', async () => {
    const folder = await root(V1_MOUNTS, cgroup, {
      'memory/memory.limit_in_bytes': NONE_V1,
      'memory/docker/abc/memory.limit_in_bytes': `${3 * GB}`,
      'cpu,cpuacct/docker/abc/cpu.cfs_quota_us': '50000',
      'cpu,cpuacct/docker/abc/cpu.cfs_period_us': '100000',
      'cpuset/docker/abc/cpuset.cpus': '0-7',
    });
    expect(await readCgroupLimits(folder, 'self')).toEqual({
      memory: { value: 3 * GB, source: 'memory.limit_in_bytes of the cgroup /docker/abc' },
      cpus: { value: 0.5, source: 'cpu.cfs_quota_us of the cgroup /docker/abc' },
    });
  });

  test('without limits there are none', async () => {
    const folder = await root(V1_MOUNTS, cgroup, {
      'memory/docker/abc/memory.limit_in_bytes': NONE_V1,
      'memory/docker/abc/memory.stat': `cache 1\nhierarchical_memory_limit ${NONE_V1}`,
      'cpu,cpuacct/docker/abc/cpu.cfs_quota_us': '-1',
      'cpu,cpuacct/docker/abc/cpu.cfs_period_us': '100000',
    });
    expect(await readCgroupLimits(folder, 'self')).toEqual({ memory: null, cpus: null });
  });

  test('a container does not show the cgroups above; their limit is in memory.stat', async () => {
    const folder = await root(V1_MOUNTS, cgroup, {
      'memory/memory.limit_in_bytes': NONE_V1,
      'memory/memory.stat': `cache 1\nhierarchical_memory_limit ${GB}`,
    });
    expect((await readCgroupLimits(folder, 'self')).memory).toEqual({
      value: GB,
      source: 'memory.stat of the cgroup /',
    });
  });

  test('beside version 2, the controllers are where they are', async () => {
    const unified = '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw';
    const folder = await root([...V1_MOUNTS, unified], `${cgroup}\n0::/`, {
      'memory/docker/abc/memory.limit_in_bytes': `${GB}`,
      'unified/cgroup.procs': '1',
    });
    expect((await readCgroupLimits(folder, 'self')).memory?.value).toBe(GB);
  });
});

test('a system without cgroups has no limits', async () => {
  expect(await readCgroupLimits(await createFolder(), 'self')).toEqual({ memory: null, cpus: null });
});

describe('W7: the machine', () => {
  test('a limit counts where it is below what there is', async () => {
    const folder = await root([V2_MOUNT], '0::/pod', {
      'pod/memory.max': `${300 * MB}`,
      'pod/cpu.max': '50000 100000',
    });
    expect(await readMachine(folder, 'self')).toMatchObject({
      memoryBytes: { value: 300 * MB, source: 'memory.max of the cgroup /pod' },
      cpus: { value: 0.5, source: 'cpu.max of the cgroup /pod' },
      container: { value: false },
    });
  });

  test('a limit above does not; what Node allows itself does not count', async () => {
    const folder = await root([V2_MOUNT], '0::/pod', {
      'pod/memory.max': `${2 ** 59}`,
      'pod/cpu.max': '100000000 100000',
    });
    expect(await readMachine(folder, 'self')).toMatchObject({
      memoryBytes: { value: totalmem(), source: "the machine's memory" },
      cpus: { value: cpus().length, source: "the machine's cores" },
    });
  });

  test.each<[sign: string, source: string]>([
    ['.dockerenv', '/.dockerenv is there'],
    ['run/.containerenv', '/run/.containerenv is there'],
    ['var/run/secrets/kubernetes.io/serviceaccount/token', '/var/run/secrets/kubernetes.io is there'],
  ])('%s is the sign of a container', async (sign, source) => {
    const folder = await createFolder({ [sign]: '' });
    expect((await readMachine(folder, 'self')).container).toEqual({ value: true, source });
  });

  test.each([
    ['0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-1.scope', 'kubepods'],
    ['5:cpu:/docker/0123', 'docker'],
  ])('so is the cgroup %s', async (cgroup, runtime) => {
    const folder = await createFolder({ 'proc/self/cgroup': cgroup });
    expect((await readMachine(folder, 'self')).container.source).toBe(`the cgroup is one of ${runtime}`);
  });
});
