import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { runCli } from '../support/cli.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);
const installed = isInstalled();
if (!installed) process.stderr.write('pgbouncer is not installed: its tests are skipped\n');

describe.skipIf(!installed)('PgBouncer', () => {
  test('in transaction mode is refused, with the direct address asked for', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const result = await withPooler(app.url, 'transaction', (url) => run(workspace.path, url));
    expect(finished(result)).toMatchObject({
      exitCode: 5,
      error: { code: 'transaction-pooler', hint: expect.stringContaining('direct address') },
    });
    expect(await workspace.git('status', '--porcelain')).toBe('');
  });

  test('in transaction mode is refused by monitor, whose counters would be of no session', async ({
    app,
  }) => {
    const { path } = await createWorkspace();
    const { code, stdout } = await withPooler(app.url, 'transaction', (url) => monitor(path, url));
    expect({ code, error: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 5,
      error: { code: 'transaction-pooler', hint: expect.stringContaining('direct address') },
    });
  });

  test.for(['tune', 'hardware'])('in transaction mode is refused by %s', async (command, { app }) => {
    const { path } = await createWorkspace();
    const { code, stdout } = await withPooler(app.url, 'transaction', (url) =>
      runCli([command, '--no-probe', '--json', '--database-url', url], { cwd: path }),
    );
    expect({ code, error: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 5,
      error: { code: 'transaction-pooler', hint: expect.stringContaining('direct address') },
    });
  });

  test('in session mode is told by tune and hardware: the address is not that of the server', async ({
    app,
  }) => {
    const { path } = await createWorkspace();
    const { tuned, hardware } = await withPooler(app.url, 'session', async (url) => {
      const ask = async (...args: readonly string[]) => {
        const { stdout } = await runCli([...args, '--json', '--quiet', '--database-url', url], { cwd: path });
        return JSON.parse(stdout) as { readonly notes: readonly unknown[] };
      };
      const tune = ['tune', '--no-measure', '--no-probe', '--hardware', '1 GB RAM, 2 cores, SSD'];
      return {
        tuned: await ask(...tune, '--setting', 'random_page_cost'),
        hardware: await ask('hardware', '--no-probe'),
      };
    });
    const words = expect.stringContaining('answers for the server') as unknown;
    expect(tuned.notes).toContainEqual({ about: null, text: words });
    expect(hardware.notes).toContainEqual(words);
  });

  test('in session mode is told by monitor: what waits in it is not counted', async ({ app }) => {
    const { path } = await createWorkspace();
    const { code, stdout } = await withPooler(app.url, 'session', (url) => monitor(path, url));
    expect({ code, round: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      round: { up: true, remarks: [expect.stringContaining('a proxy answers for the server')] },
    });
  });

  test('in session mode does no harm', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const result = await withPooler(app.url, 'session', (url) => run(workspace.path, url));
    expect(finished(result)).toMatchObject({ exitCode: 0, items: [{ outcome: 'proven' }] });
  });
});

function monitor(cwd: string, url: string) {
  return runCli(['monitor', '--check', 'connections-used', '--json', '--quiet', '--database-url', url], {
    cwd,
  });
}

/** Lends the URL of a database through a pooler, which ends before the leak check looks. */
async function withPooler<T>(
  direct: string,
  mode: 'session' | 'transaction',
  use: (url: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-pgbouncer-'));
  const url = new URL(direct);
  const port = await freePort();
  await writeFile(join(folder, 'users.txt'), `"${url.username}" "${decodeURIComponent(url.password)}"\n`);
  await writeFile(join(folder, 'pgbouncer.ini'), settings(url, port, folder, mode));
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? idOf('postgres') : {};
  await chmod(folder, 0o755);
  const pooler = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], {
    ...account,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(pooler, 'close');
  try {
    await untilSaid(pooler.stderr, 'process up');
    url.port = String(port);
    return await use(url.href);
  } finally {
    pooler.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

function settings(url: URL, port: number, folder: string, mode: string): string {
  return [
    '[databases]',
    `* = host=${url.hostname} port=${url.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = plain',
    `auth_file = ${folder}/users.txt`,
    `pool_mode = ${mode}`,
    '',
  ].join('\n');
}

function untilSaid(stream: Readable, words: string): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(words)) resolve();
    });
    stream.on('end', () => reject(new Error(`it ended without ${words}: ${said}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function idOf(user: string): { uid?: number; gid?: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function isInstalled(): boolean {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
