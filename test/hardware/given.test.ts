import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { readGivenHardware } from '../../src/hardware/given.ts';
import { createFolder } from '../support/folder.ts';

const GB = 1024 ** 3;

describe('W2: what --hardware is', () => {
  test('a text, where no file has that name', async () => {
    const { given } = await readGivenHardware('16GB/8 vCPU/SSD', await createFolder());
    expect(given.memoryBytes?.value).toBe(16 * GB);
  });

  test.each<[name: string, content: string]>([
    ['machine.yaml', 'memory: 16 GB\ncpus: 8\n'],
    ['machine.yml', '# the new one\nmemory: "16GiB"\ncpus: 8\n'],
    ['machine.json', '{"memory": 17179869184, "cpus": 8}'],
    ['16 GB', 'memory: 16 GB\ncpus: 8\n'],
  ])('a file: %s', async (name, content) => {
    const { given, unknown } = await readGivenHardware(name, await createFolder({ [name]: content }));
    expect(given).toMatchObject({ memoryBytes: { value: 16 * GB }, cpus: { value: 8 } });
    expect(unknown).toEqual([]);
  });
});

describe('W5: a file that cannot be', () => {
  test.each<[what: string, name: string, content: string | Uint8Array | null, message: RegExp]>([
    ['is missing', 'gone.yaml', null, /there is no file .*gone\.yaml/],
    ['breaks off', 'broken.json', '{"memory": ', /neither YAML nor JSON/],
    ['says a thing twice', 'twice.yaml', 'cpus: 1\ncpus: 2\n', /neither YAML nor JSON/],
    ['is empty', 'empty.yaml', '', /says nothing of the machine/],
    ['has other keys', 'keys.yaml', 'memory: 16 GB\nram: 8\ndisk: ssd\n', /ram.*disk/],
    ['has wrong values', 'wrong.yaml', 'memory: 0 GB\ncpus: 1000\n', /256 MB.*768 cores/],
    ['is too long', 'long.yaml', `#${' '.repeat(70_000)}`, /more than 65536 bytes/],
    ['is not UTF-8', 'latin.yaml', Uint8Array.of(0x6d, 0x3a, 0xfc), /cannot be read/],
    // Aliases of aliases: a few lines that would be gigabytes.
    [
      'is a bomb',
      'bomb.yaml',
      `a: &a [${'x,'.repeat(50)}]\nb: &b [${'*a,'.repeat(50)}]\nc: &c [${'*b,'.repeat(50)}]\nmemory: [${'*c,'.repeat(50)}]\n`,
      /neither YAML nor JSON/,
    ],
  ])('%s', async (_what, name, content, message) => {
    const folder = await createFolder();
    if (content !== null) await writeFile(join(folder, name), content);
    await expect(readGivenHardware(name, folder)).rejects.toMatchObject({
      code: 'hardware-invalid',
      message: expect.stringMatching(message) as string,
      file: join(folder, name),
    });
  });

  test.each(['', ' '])('%j is a text that says nothing', async (text) => {
    await expect(readGivenHardware(text, await createFolder())).rejects.toThrow('says what machine it is');
  });

  test('a folder is no file', async () => {
    const folder = await createFolder();
    await mkdir(join(folder, 'machine'));
    await expect(readGivenHardware('machine', folder)).rejects.toThrow('is not a file');
  });

  test.skipIf(process.platform === 'win32')('a pipe is none either, and nobody waits for it', async () => {
    const folder = await createFolder();
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    await expect(readGivenHardware('pipe.yaml', folder)).rejects.toThrow('is not a file');
  });
});
