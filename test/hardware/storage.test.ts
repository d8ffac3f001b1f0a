import { constants } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { rotates } from '../../src/hardware/block-device.ts';
import { withProbeFile } from '../../src/hardware/probe-file.ts';
import { probeReads } from '../../src/hardware/read-probe.ts';
import { lookAtStorage } from '../../src/hardware/storage.ts';
import { createFolder } from '../support/folder.ts';

const MB = 1024 ** 2;
const { signal } = new AbortController();

/** Whether reads go past the cache in temporary folders; they may well be in memory. */
const isDirect = await (async () => {
  if (constants.O_DIRECT === undefined) return false;
  const path = join(await mkdtemp(join(tmpdir(), 'pitstop-direct-')), 'file');
  await writeFile(path, '');
  const isOpened = await open(path, constants.O_RDONLY | constants.O_DIRECT).then(
    async (file) => {
      await file.close();
      return true;
    },
    () => false,
  );
  await rm(dirname(path), { recursive: true });
  return isOpened;
})();

/** The device of a folder, as the kernel numbers it: `8:1`. */
async function deviceOf(folder: string): Promise<string> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).trim().split('\n');
  const [device] = mounts
    .map((line) => line.split(' '))
    .filter(([, , , , point = '']) => point === '/' || `${folder}/`.startsWith(`${point}/`))
    .toSorted(([, , , , a = ''], [, , , , b = '']) => b.length - a.length)
    .map(([, , number = '']) => number);
  return device ?? '';
}

describe('W7: the probe', () => {
  test.runIf(isDirect)('reads a file of its own, and nothing is left of that', async () => {
    const folder = await createFolder();
    const measured = await withProbeFile(folder, [folder], (file) => probeReads(file, signal));
    expect(measured).toMatchObject({ file: 'temporary', depth: 16 });
    if ('reason' in measured) throw new Error(measured.reason);
    expect(measured.reads).toBeGreaterThan(0);
    expect(measured.medianMs).toBeGreaterThan(0);
    expect(measured.readsPerSecond).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual([]);
  });

  test.runIf(isDirect)('takes data of the server where there is enough, and changes nothing', async () => {
    const folder = await createFolder({ 'base/5/16384': 'a table', 'base/5/pg_filenode.map': 'no table' });
    await writeFile(join(folder, 'base/5/16385'), Buffer.alloc(64 * MB, 7));
    const file = await withProbeFile(folder, [], async ({ kind, bytes }) => ({ kind, bytes }));
    expect(file).toEqual({ kind: 'data', bytes: 64 * MB });
    expect(await readdir(join(folder, 'base/5'))).toEqual(['16384', '16385', 'pg_filenode.map']);
  });

  test.runIf(!isDirect)('says that the cache cannot be avoided', async () => {
    const folder = await createFolder();
    const nothing = await withProbeFile(folder, [folder], async () => null);
    expect(nothing).toMatchObject({ reason: expect.stringContaining('page cache') as string });
  });

  test('writes nowhere but to what it is allowed, on the same volume', async () => {
    const folder = await createFolder();
    const reason = async (directory: string, scratch: string[]) =>
      withProbeFile(directory, scratch, () => Promise.reject(new Error('nothing is to be lent')));
    expect(await reason(folder, [])).toHaveProperty('reason');
    expect(await reason(folder, ['/proc'])).toHaveProperty('reason');
    expect(await reason(join(folder, 'missing'), [folder])).toHaveProperty('reason');
    expect(await readdir(folder)).toEqual([]);
  });

  test.runIf(isDirect)('ends when it is interrupted', async () => {
    const folder = await createFolder();
    const interruption = new AbortController();
    const reading = withProbeFile(folder, [folder], (file) => {
      queueMicrotask(() => interruption.abort('SIGINT'));
      return probeReads(file, interruption.signal);
    });
    await expect(reading).rejects.toThrow('interrupted');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('W7: storage that is not measured', () => {
  const ask = (directory: string, root: string, probe: boolean) =>
    lookAtStorage({ directory, currentFolder: directory, probe, signal, root });

  test.runIf(process.platform === 'linux')('what the kernel says is a hint', async () => {
    const folder = await createFolder();
    const device = await deviceOf(folder);
    const turning = await createFolder({ [`sys/dev/block/${device}/queue/rotational`]: '1\n' });
    const still = await createFolder({ [`sys/dev/block/${device}/queue/rotational`]: '0\n' });
    expect(await rotates(turning, folder)).toBe(true);
    expect(await rotates(still, folder)).toBe(false);
    expect(await ask(folder, still, false)).toMatchObject({
      detected: {},
      suggested: { storage: { value: 'ssd' } },
      notes: ['the storage was not measured'],
    });
    // A virtual machine says so of any disk: nothing follows from it.
    expect(await ask(folder, turning, false)).toMatchObject({ detected: {}, suggested: {} });
  });

  test('a folder that is not there has none', async () => {
    const folder = join(await createFolder(), 'missing');
    expect(await ask(folder, await createFolder(), true)).toMatchObject({ detected: {}, probe: null });
  });
});
