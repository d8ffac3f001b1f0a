import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from './support/app.ts';
import { finished, run } from './support/run.ts';
import { queryItem, TASK_FILE, taskFile } from './support/task-file.ts';
import { createWorkspace } from './support/workspace.ts';

const test = base.extend(appFixture);
const REWRITE = fileURLToPath(new URL('support/rewrite-forever.mjs', import.meta.url));

test('kill -9 in the middle of a write leaves the old file or the new one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-kill-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'tasks.md');
  const size = 400_000;
  await writeFile(path, 'A'.repeat(size));
  for (let round = 1; round <= 12; round += 1) {
    const writer = spawn(process.execPath, [REWRITE, path]);
    let said = 0;
    writer.stdout.on('data', (text: Buffer) => {
      said += text.length;
      // Each round dies at another write; where in it, nobody knows.
      if (said >= round) writer.kill('SIGKILL');
    });
    await once(writer, 'close');
    const text = await readFile(path, 'utf8');
    expect(text.length).toBe(size);
    expect(new Set(text).size).toBe(1);
  }
});

const canMount = process.getuid?.() === 0 && mounts();
if (!canMount) process.stderr.write('no file system can be mounted: the test with a full disk is skipped\n');

describe.skipIf(!canMount)('a full disk', () => {
  test('ends the run with what to do, the file whole, and the next run goes on', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const state = join(workspace.path, '.pitstop');
    await workspace.write('.pitstop/.gitignore', '*\n');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', state]);
    try {
      await writeFile(join(state, 'ballast'), Buffer.alloc(64 * 1024)).catch(() => undefined);
      const full = await run(workspace.path, app.url);
      expect(finished(full)).toMatchObject({ exitCode: 5, error: { code: 'disk-full' } });
      expect(await workspace.git('status', '--porcelain', 'tasks')).toBe('');
      await rm(join(state, 'ballast'));
      expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({ outcome: 'proven' });
    } finally {
      execFileSync('umount', [state]);
    }
  });
});

test('a run keeps the mode of the file and leaves nothing beside it', async ({ app }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
  const before = await stat(join(workspace.path, TASK_FILE));
  expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({ outcome: 'proven' });
  expect((await stat(join(workspace.path, TASK_FILE))).mode).toBe(before.mode);
  expect(await readdir(join(workspace.path, 'tasks'))).toEqual(['tasks-0001-database-performance.md']);
});

/** Some containers give root no right to mount. */
function mounts(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
