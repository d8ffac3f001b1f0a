import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { chooseAccount, identity, mayEnter, unprivileged } from '../src/labs/embedded/account.ts';
import { prepareBinaries } from '../src/labs/embedded/binaries.ts';
import { locatePlatformPackage } from '../src/labs/embedded/platform-package.ts';
import { readPostmasterFile } from '../src/labs/embedded/postmaster-file.ts';
import { commandLine } from '../src/files/process-identity.ts';
import { startEmbeddedServer, withEmbeddedServer, type EmbeddedServer } from '../src/labs/embedded/server.ts';

const PROGRAM = fileURLToPath(new URL('support/embedded-program.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;

describe('a throw-away server', () => {
  test('is PostgreSQL 18 with UTF-8 and the builtin locale, and leaves nothing', async () => {
    const server = await startEmbeddedServer({ settings: { work_mem: '7MB' } });
    const pid = postmasterOf(server.dataDirectory);
    const [row] = await ask(
      server.url,
      `SELECT current_setting('server_version_num')::int / 10000 AS major, pg_encoding_to_char(encoding) AS encoding,
              datlocprovider, datlocale, current_setting('work_mem') AS work_mem, current_setting('fsync') AS fsync
         FROM pg_database WHERE datname = current_database()`,
    );
    expect(row).toEqual({
      major: 18,
      encoding: 'UTF8',
      datlocprovider: 'b',
      datlocale: 'C.UTF-8',
      work_mem: '7MB',
      fsync: 'off',
    });
    await Promise.all([server.stop(), server.stop()]);
    expect(leftOf(server.dataDirectory, pid)).toEqual([]);
    await expect(ask(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  test('lets nobody in without its password', async () => {
    await withEmbeddedServer({}, async (server) => {
      const url = new URL(server.url);
      url.password = 'guess';
      await expect(ask(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
      const mode = (await stat(dirname(server.dataDirectory))).mode;
      expect(mode & 0o066).toBe(0);
    });
  });

  test('runs beside another one', async () => {
    const servers = await Promise.all([startEmbeddedServer(), startEmbeddedServer()]);
    try {
      const [one, other] = await Promise.all(servers.map((server) => ask(server.url, 'SHOW port')));
      expect(one).not.toEqual(other);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
    expect(servers.filter((server) => existsSync(server.dataDirectory))).toEqual([]);
  });

  test('is stopped when the function it is lent to fails', async () => {
    let left: EmbeddedServer | undefined;
    const failing = withEmbeddedServer({}, async (server) => {
      left = server;
      throw new Error('in the middle');
    });
    await expect(failing).rejects.toThrow('in the middle');
    expect(existsSync(left!.dataDirectory)).toBe(false);
  });

  test('survives a client that is connected when it stops', async () => {
    const server = await startEmbeddedServer();
    const client = new Client(server.url);
    const broken = once(client, 'error');
    await client.connect();
    await server.stop();
    await broken;
    expect(existsSync(server.dataDirectory)).toBe(false);
  });

  test('says what a wrong setting is', async () => {
    const before = await foldersOf(process.pid);
    await expect(startEmbeddedServer({ settings: { wrok_mem: '1MB' } })).rejects.toMatchObject({
      code: 'embedded-unavailable',
      message: expect.stringContaining('unrecognized configuration parameter "wrok_mem"'),
    });
    expect(await foldersOf(process.pid)).toEqual(before);
  });
});

describe('an abort', () => {
  test('before the start starts nothing', async () => {
    await expect(startEmbeddedServer({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });

  test.for([100, 300, 600, 900])('during the start, after %i ms, leaves nothing', async (afterMs) => {
    const before = await foldersOf(process.pid);
    const starting = startEmbeddedServer({ signal: AbortSignal.timeout(afterMs) });
    await starting.then(
      (server) => server.stop(),
      (error: Error) => expect(error.name).toMatch(/TimeoutError|AbortError/),
    );
    expect(await foldersOf(process.pid)).toEqual(before);
  });

  test('stops a server that was started', async () => {
    const abort = new AbortController();
    const server = await startEmbeddedServer({ signal: abort.signal });
    const pid = postmasterOf(server.dataDirectory);
    abort.abort();
    await server.stop();
    expect(leftOf(server.dataDirectory, pid)).toEqual([]);
  });
});

describe('a kept folder', () => {
  test('holds its data for the next start', async () => {
    const directory = join(await temporaryFolder(), 'kept');
    const first = await withEmbeddedServer({ directory }, async (server) => {
      await ask(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      return server.dataDirectory;
    });
    expect(await readdir(directory)).not.toContain('owner.json');
    await withEmbeddedServer({ directory }, async (server) => {
      expect(server.dataDirectory).toBe(first);
      expect(await ask(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      expect(await ask(server.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    });
  });

  test('is not shared by two servers', async () => {
    const directory = join(await temporaryFolder(), 'kept');
    await withEmbeddedServer({ directory }, async (server) => {
      await expect(startEmbeddedServer({ directory })).rejects.toMatchObject({
        code: 'embedded-unavailable',
      });
      expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });

  test('is taken over from a program that was killed', async () => {
    const directory = join(await temporaryFolder(), 'kept');
    const program = await startProgram('hang', directory);
    program.child.kill('SIGKILL');
    await program.ended;
    await withEmbeddedServer({ directory }, async (server) => {
      expect(commandLine(program.pid)).toBe('');
      expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });

  test('that holds something else is left alone', async () => {
    const directory = await temporaryFolder();
    await mkdir(join(directory, 'photos'));
    await expect(startEmbeddedServer({ directory })).rejects.toMatchObject({
      message: expect.stringContaining('holds something else'),
    });
    expect(await readdir(directory)).toEqual(['photos']);
  });
});

describe('a program that uses it', () => {
  test.for([
    ['unwind', 'SIGINT', 130],
    ['unwind', 'SIGTERM', 130],
    ['exit', null, 7],
    ['throw', null, 1],
    ['forget', null, 0],
  ] as const)('%s %s leaves nothing', async ([mode, signal, expected]) => {
    const program = await startProgram(mode);
    if (signal !== null) program.child.kill(signal);
    const [code] = await program.ended;
    expect(code).toBe(expected);
    expect(leftOf(program.dataDirectory, program.pid)).toEqual([]);
  });

  test('and is killed is cleared away by the next start', async () => {
    const program = await startProgram('hang');
    program.child.kill('SIGKILL');
    await program.ended;
    expect(existsSync(program.dataDirectory)).toBe(true);
    await withEmbeddedServer({}, async () => expect(leftOf(program.dataDirectory, program.pid)).toEqual([]));
  });

  test('and lives is not cleared away', async () => {
    const program = await startProgram('unwind');
    await withEmbeddedServer({}, async () => expect(commandLine(program.pid)).not.toBe(''));
    program.child.kill('SIGTERM');
    await program.ended;
  });
});

describe('the programs', () => {
  test('get their library links back where npm skipped the install script', async () => {
    const copy = await temporaryFolder();
    await chmod(copy, 0o755);
    await cp(locatePlatformPackage(), copy, { recursive: true, verbatimSymlinks: true });
    const links: { target: string }[] = JSON.parse(
      await readFile(join(copy, 'native', 'pg-symlinks.json'), 'utf8'),
    );
    for (const { target } of links) await rm(join(copy, target));
    const scratch = join(await temporaryFolder(), 'scratch');

    const { initdb } = await prepareBinaries(copy, chooseAccount(), scratch);
    expect(initdb).toBe(join(copy, 'native', 'bin', 'initdb'));
    expect(links.filter(({ target }) => !existsSync(join(copy, target)))).toEqual([]);
    expect(existsSync(scratch)).toBe(false);
  });

  test('are copied where the library links cannot be created', async (context) => {
    context.skip(isRoot, 'needs an ordinary user: nothing is read-only for root');
    const locked = await temporaryFolder();
    await cp(locatePlatformPackage(), locked, { recursive: true, verbatimSymlinks: true });
    const lib = join(locked, 'native', 'lib');
    await rm(join(lib, 'libpq.so.5'));
    await chmod(lib, 0o555);
    const scratch = join(await temporaryFolder(), 'scratch');
    const { initdb } = await prepareBinaries(locked, null, scratch);
    await chmod(lib, 0o755);
    expect(initdb).toBe(join(scratch, 'native', 'bin', 'initdb'));
  });

  test('are copied from where the account cannot enter', async (context) => {
    context.skip(!isRoot, 'needs root: only then is the server another user’s');
    const account = chooseAccount();
    const locked = await mkdtemp(join(homedir(), '.pitstop-test-'));
    onTestFinished(() => rm(locked, { recursive: true }));
    await cp(locatePlatformPackage(), locked, { recursive: true, verbatimSymlinks: true });
    expect(mayEnter(account, locked)).toBe(false);
    const outer = await temporaryFolder();
    await chmod(outer, 0o711);

    const { initdb, postgres } = await prepareBinaries(locked, account, join(outer, 'scratch'));
    expect(initdb).toBe(join(outer, 'scratch', 'native', 'bin', 'initdb'));
    const run = spawnSync(postgres, ['--version'], { ...identity(account), encoding: 'utf8' });
    expect(run.stdout).toContain('PostgreSQL) 18');
  });

  test('run as an ordinary user where we are root', async (context) => {
    context.skip(!isRoot, 'needs root');
    await withEmbeddedServer({}, async ({ dataDirectory }) => {
      expect((await stat(dataDirectory)).uid).toBe(chooseAccount()?.uid);
    });
  });

  test('say where there is no build, and what to do', () => {
    expect(() => locatePlatformPackage('linux', 's390x')).toThrow(
      expect.objectContaining({
        code: 'embedded-unavailable',
        message: 'embedded PostgreSQL: there is no build for linux on s390x',
        hint: expect.stringContaining('--database-url'),
      }),
    );
  });

  test('prefer the user postgres, then nobody, then any other', () => {
    const passwords =
      'root:x:0:0::/:\ndaemon:x:1:1::/:\nnobody:x:65534:65534::/:\npostgres:x:101:104::/:\n+::::::\n';
    expect(unprivileged(passwords).map(({ name }) => name)).toEqual(['postgres', 'nobody', 'daemon']);
  });
});

test('the shared server is a container', async (context) => {
  context.skip(inject('serverKind') !== 'container', 'needs Docker and PITSTOP_TEST_SERVER=container');
  expect(await ask(inject('serverUrl'), 'SHOW data_directory')).toEqual([
    { data_directory: expect.stringContaining('/var/lib/postgresql') },
  ]);
});

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function startProgram(mode: string, ...directory: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, mode, ...directory], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  const running: { dataDirectory: string; pid: number } = JSON.parse(String(line));
  return { child, ended, ...running };
}

function postmasterOf(dataDirectory: string): number {
  const pid = readPostmasterFile(dataDirectory)?.pid ?? 0;
  expect(commandLine(pid)).toContain(dataDirectory);
  return pid;
}

/** What is left of a server: its process, its folder. */
function leftOf(dataDirectory: string, pid: number): string[] {
  const folder = dirname(dataDirectory);
  return [commandLine(pid), existsSync(folder) ? folder : ''].filter((what) => what !== '');
}

/** The temporary server folders that belong to a process. */
async function foldersOf(pid: number): Promise<string[]> {
  const owners = (await readdir(tmpdir()))
    .filter((name) => name.startsWith('pitstop-server-'))
    .map(async (name) => {
      const owner: { pid?: number } = JSON.parse(
        await readFile(join(tmpdir(), name, 'owner.json'), 'utf8').catch(() => '{}'),
      );
      return owner.pid === pid ? [name] : [];
    });
  return (await Promise.all(owners)).flat();
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-test-'));
  await chmod(folder, 0o711);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
