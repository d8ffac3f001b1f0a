import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { createFolder } from '../../test/support/folder.ts';
import { makeFolder } from './make-folder.ts';

describe('makeFolder', () => {
  test('makes what is missing, and leaves what is there', async () => {
    const folder = await createFolder({ 'a/file': 'x' });
    await makeFolder(join(folder, 'a/b/c'));
    await makeFolder(join(folder, 'a/b/c'));
    await makeFolder('/');
    expect((await stat(join(folder, 'a/b/c'))).isDirectory()).toBe(true);
    expect((await stat(join(folder, 'a/file'))).isFile()).toBe(true);
  });

  test('several at once do not disturb each other', async () => {
    const path = join(await createFolder(), 'x/y/z');
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  test('follows a link to a folder, and stops at a file and at a link to nowhere', async () => {
    const folder = await createFolder({ file: 'x' });
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'link'));
    await symlink('nowhere', join(folder, 'broken'));
    await makeFolder(join(folder, 'link/in'));
    expect((await stat(join(folder, 'real/in'))).isDirectory()).toBe(true);
    await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(folder, 'file/in'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(makeFolder(join(folder, 'broken/in'))).rejects.toMatchObject({ code: 'EEXIST' });
    await writeFile(join(folder, 'link/in/file'), 'x');
  });

  test.runIf(process.platform === 'linux')('comes back where there can be no folders', async () => {
    await expect(makeFolder('/proc/pitstop/in')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
