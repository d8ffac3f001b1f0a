import { execFile } from 'node:child_process';
import { chmod, chown, link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FileList, readSignersFile } from '../../src/approval/signers-file.ts';
import { readSigners } from '../../src/approval/signers.ts';

const LIST =
  'alice@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n';
const PROGRAM = fileURLToPath(new URL('../support/signers-program.ts', import.meta.url));
/** Whom pitstop runs as; and somebody else who is not root either. Numbers need no accounts. */
const [USER, OTHER] = [54_321, 54_322];

const isRoot = process.getuid?.() === 0;

let folder = '';
let repository = '';

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'pitstop-signers-')));
  await chmod(folder, 0o755);
  repository = join(folder, 'repository');
  await mkdir(repository);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** As the user. */
async function read(file: string): Promise<FileList> {
  const args = ['--import', 'tsx', PROGRAM, String(USER), file, repository];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as FileList;
}

async function list(name = 'allowed_signers', text = LIST): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  await chmod(file, 0o644);
  return file;
}

describe.skipIf(!isRoot)('a list in a file, for an ordinary user', () => {
  test('counts where root keeps it', async () => {
    expect(await read(await list())).toEqual({ text: LIST });
  });

  test('counts through links that root has made', async () => {
    await mkdir(join(folder, 'lists'));
    await list('lists/one');
    await symlink('lists', join(folder, 'etc'));
    await symlink('../etc/./one', join(folder, 'lists', 'current'));
    expect(await read(join(folder, 'etc', '..', 'etc', 'current'))).toEqual({ text: LIST });
  });

  test.each<[problem: RegExp, arrange: (file: string) => Promise<unknown>]>([
    [/signers is not owned by root/, (file) => chown(file, USER, USER)],
    [/signers is not owned by root/, (file) => chown(file, OTHER, OTHER)],
    [/signers can be written by others/, (file) => chmod(file, 0o666)],
    [/signers can be written by others/, (file) => chown(file, 0, USER).then(() => chmod(file, 0o664))],
    [/pitstop-signers-\w+ is not owned by root/, () => chown(folder, USER, USER)],
    [/pitstop-signers-\w+ can be written by others/, () => chmod(folder, 0o777)],
    [/cannot be read \(EACCES\)/, (file) => chmod(file, 0o600)],
    [/cannot be read \(EACCES\)/, () => chmod(folder, 0o700)],
    [/does not exist/, (file) => rm(file)],
    [/is no regular file/, (file) => rm(file).then(() => mkdir(file))],
    [/line 2: /, (file) => writeFile(file, `${LIST}2026-11-22 10:00:00 LOG: ${LIST}`)],
    [/names no signer/, (file) => writeFile(file, '')],
    [/is not UTF-8/, (file) => writeFile(file, Buffer.from([0x23, 0xff, 0x0a]))],
    [/is larger than/, (file) => writeFile(file, `#${'x'.repeat(1024 * 1024)}\n${LIST}`)],
  ])('does not count: %s', async (problem, arrange) => {
    const file = await list();
    await arrange(file);
    expect(await read(file)).toEqual({ problems: expect.arrayContaining([expect.stringMatching(problem)]) });
  });

  test('does not count behind a link of the user’s, nor in a folder of the user’s on the way there', async () => {
    const file = await list();
    const home = join(folder, 'home');
    await mkdir(home);
    await symlink(file, join(home, 'list'));
    expect(await read(join(home, 'list'))).toEqual({ text: LIST });
    await symlink(join(home, 'list'), join(folder, 'entrance'));
    await chown(home, USER, USER);
    const problems = [`${home} is not owned by root`];
    expect(await read(join(home, 'list'))).toEqual({ problems });
    expect(await read(join(folder, 'entrance'))).toEqual({ problems });
    expect(await read(join(home, '..', 'allowed_signers'))).toEqual({ text: LIST });
  });

  test('a folder with the sticky bit keeps what is root’s, and nothing else', async () => {
    const shared = join(folder, 'shared');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    const file = await list('shared/list');
    expect(await read(file)).toEqual({ text: LIST });
    await symlink(file, join(shared, 'link'));
    expect(await read(join(shared, 'link'))).toEqual({ text: LIST });
    await chown(file, OTHER, OTHER);
    expect(await read(file)).toMatchObject({
      problems: expect.arrayContaining([`${file} is not owned by root`]),
    });
    await chown(file, 0, 0);
    await chown(shared, USER, USER);
    expect(await read(file)).toMatchObject({ problems: [`${shared} is not owned by root`] });
  });

  test('does not count inside the repository, whichever name it is asked for by', async () => {
    const inside = await list('repository/allowed_signers');
    await symlink(inside, join(folder, 'link'));
    expect(await read(inside)).toEqual({ problems: [`${inside} is inside the repository`] });
    expect(await read(join(folder, 'link'))).toEqual({ problems: [`${inside} is inside the repository`] });
    await symlink(await list(), join(repository, 'out'));
    expect(await read(join(repository, 'out'))).toEqual({
      problems: [`${join(repository, 'out')} is inside the repository`],
    });
  });

  test('does not count where the kernel makes it up: a process says of itself what it likes', async () => {
    expect(await read('/proc/self/cmdline')).toMatchObject({ problems: [expect.stringContaining('/proc/')] });
    expect(await read('/proc/1/comm')).toEqual({
      problems: ['it is no file of a disk, or is being written'],
    });
  });

  test('links that go round end', async () => {
    await symlink('b', join(folder, 'a'));
    await symlink('a', join(folder, 'b'));
    expect(await read(join(folder, 'a'))).toEqual({ problems: ['it cannot be read (ELOOP)'] });
  });

  test('a second name elsewhere changes nothing: what counts is who may write the file', async () => {
    const file = await list();
    await link(file, join(repository, 'second'));
    expect(await read(file)).toEqual({ text: LIST });
  });
});

test.skipIf(!isRoot)('for root no file counts, and it is said why', async () => {
  const file = await list();
  expect(await readSigners({ file, repositoryRoot: repository, session: null })).toEqual({
    list: null,
    problems: [`${file}: pitstop runs as root, and no file is out of the reach of root`],
  });
});

test.skipIf(isRoot)('a file of one’s own does not count', async () => {
  const file = await list();
  expect(await readSignersFile(file, repository)).toEqual({
    problems: expect.arrayContaining([`${file} is not owned by root`]),
  });
});
