import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withLockFile } from './lock-file.ts';
import { identifyProcess } from './process-identity.ts';

const BUSY = {
  busy: (lock: string, holder: { pid: number } | null) => new Error(`${lock} ${holder?.pid ?? '?'}`),
};

async function folders() {
  const root = await mkdtemp(path.join(tmpdir(), 'pitstop-lock-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const locks = path.join(root, '.pitstop', 'locks');
  await mkdir(locks, { recursive: true });
  return { root, locks, lock: path.join(locks, 'a.lock') };
}

const gone = () => JSON.stringify({ ...identifyProcess(process.pid), pid: spawnSync('true').pid });

test.each([
  ['nobody', () => null],
  ['a process that is gone', gone],
  ['a power failure', () => ''],
])('one at a time, where the lock was left by %s', async (_who, content) => {
  const { root, locks, lock } = await folders();
  const left = content();
  if (left !== null) await writeFile(lock, left);
  let inside = 0;
  let most = 0;
  const use = async () => {
    inside += 1;
    most = Math.max(most, inside);
    // Somebody else's turn, if it were theirs.
    await readdir(locks);
    inside -= 1;
  };
  await Promise.all(
    Array.from({ length: 20 }, () => withLockFile(root, 'a', { patienceMs: 60_000, ...BUSY }, use)),
  );
  expect(most).toBe(1);
  expect(await readdir(locks)).toEqual([]);
});

test('who has no patience is told who holds it; another name is another lock', async () => {
  const { root, lock } = await folders();
  const options = { patienceMs: 0, ...BUSY };
  await withLockFile(root, 'a', options, async () => {
    await expect(withLockFile(root, 'a', options, async () => 1)).rejects.toThrow(`${lock} ${process.pid}`);
    expect(await withLockFile(root, 'b', options, async () => 2)).toBe(2);
  });
  await expect(
    withLockFile(root, 'a', options, async () => {
      throw new Error('mine');
    }),
  ).rejects.toThrow('mine');
  expect(await withLockFile(root, 'a', options, async () => 3)).toBe(3);
});
