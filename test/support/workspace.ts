import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const execute = promisify(execFile);

/** A git repository in a temporary folder. */
export interface Workspace {
  /** Absolute, without symlinks. */
  readonly path: string;
  readonly write: (name: string, content: string | Uint8Array) => Promise<void>;
  readonly read: (name: string) => Promise<string>;
  readonly git: (...args: string[]) => Promise<string>;
}

/** Creates one with a `tasks` folder and the given files, all committed. It goes when the test that asked for it is over. */
export async function createWorkspace(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Workspace> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'pitstop-workspace-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  const write: Workspace['write'] = async (name, content) => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  };
  const git: Workspace['git'] = async (...args) =>
    (await execute('git', args, { cwd: path, env: gitEnvironment() })).stdout;
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Test');
  await git('config', 'user.email', 'test@example.com');
  await mkdir(join(path, 'tasks'));
  for (const [name, content] of Object.entries(files)) await write(name, content);
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', 'Start');
  return { path, write, read: (name) => readFile(join(path, name), 'utf8'), git };
}

/** Nobody's own settings: a signing key or a hook of the user's must not decide a test. */
function gitEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}
