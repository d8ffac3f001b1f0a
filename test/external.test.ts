import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { resolveProgram, trustedPath, type Program } from '../src/external/programs.ts';
import { runProgram, type ProgramRun } from '../src/external/run-program.ts';

const PATH = process.env['PATH'];

async function folder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'pitstop-external-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function program(path: string, text = '#!/bin/sh\necho mine\n'): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

/** Runs JavaScript in a Node of its own. */
async function node(code: string, more: Partial<ProgramRun> = {}) {
  const root = await folder();
  return runProgram({
    program: { configured: process.execPath },
    args: ['--eval', code],
    cwd: root,
    root,
    env: { PATH },
    timeoutMs: 60_000,
    maxOutputBytes: 100_000,
    signal: new AbortController().signal,
    ...more,
  });
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'it ran',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

describe('which program', () => {
  test('a name that is not on the list is not started', async () => {
    const shell = 'sh' as unknown as Program;
    expect(await codeOf(node('', { program: shell }))).toBe('program-not-allowed');
  });

  test('PATH from front to back, without what is relative or in the repository, links followed', async () => {
    const root = await folder();
    const outside = await folder();
    const wanted = await program(join(outside, 'bin/git'));
    await program(join(root, 'bin/git'));
    await symlink(join(root, 'bin'), join(outside, 'link-in'));
    await symlink(join(outside, 'bin'), join(root, 'link-out'));
    await mkdir(join(outside, 'folders/git'), { recursive: true });
    await mkdir(join(outside, 'plain'));
    await writeFile(join(outside, 'plain/git'), '');
    const searchPath = [
      '',
      '.',
      'bin',
      root,
      join(root, 'bin'),
      join(root, 'link-out'),
      join(outside, 'link-in'),
      join(outside, 'folders'),
      join(outside, 'plain'),
      join(outside, 'bin'),
      '/usr/bin',
    ].join(':');
    expect(await resolveProgram('git', { root, cwd: root, searchPath })).toBe(wanted);
    expect(await trustedPath({ root, searchPath })).toBe(
      [join(outside, 'folders'), join(outside, 'plain'), join(outside, 'bin'), '/usr/bin'].join(':'),
    );
  });

  test('a file that links into the repository is passed over too', async () => {
    const root = await folder();
    const outside = await folder();
    await symlink(await program(join(root, 'planted')), join(outside, 'psql'));
    expect(await codeOf(resolveProgram('psql', { root, cwd: root, searchPath: outside }))).toBe(
      'program-not-found',
    );
  });

  test('ssh-keygen comes from a system folder, whatever PATH says', async () => {
    const root = await folder();
    const outside = await folder();
    const planted = await program(join(outside, 'ssh-keygen'));
    const found = await resolveProgram('ssh-keygen', { root, cwd: root, searchPath: outside }).catch(
      () => '',
    );
    expect(found).not.toBe(planted);
    expect(found).toMatch(/^(?:\/(?:usr|usr\/local|opt\/homebrew)\/bin\/ssh-keygen|\/bin\/ssh-keygen|)$/);
  });

  test('the configured command may be a script of the repository when its path says so, not by its name alone', async () => {
    const root = await folder();
    await program(join(root, 'scripts/test.sh'));
    const started = await node('', {
      root,
      cwd: root,
      program: { configured: './scripts/test.sh' },
      args: [],
    });
    expect(started.stdout).toBe('mine\n');
    const search = { root, cwd: root, searchPath: join(root, 'scripts') };
    expect(await codeOf(resolveProgram({ configured: 'test.sh' }, search))).toBe('program-not-found');
    expect(await codeOf(resolveProgram({ configured: './scripts' }, search))).toBe('program-not-found');
  });
});

describe('how it runs', () => {
  test('arguments, input and environment arrive as they are; no shell looks at them', async () => {
    const code = `process.stdin.pipe(process.stdout); console.error(JSON.stringify([process.argv.slice(1), Object.keys(process.env), process.cwd()]))`;
    const cwd = await folder();
    const args = ['--eval', code, '--', '$HOME', 'a b', '; id', '*'];
    const {
      code: exit,
      stdout,
      stderr,
    } = await node('', { args, cwd, input: 'héllo', env: { PATH, X: '1' } });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'héllo' });
    expect(JSON.parse(stderr)).toEqual([['$HOME', 'a b', '; id', '*'], ['PATH', 'X'], cwd]);
  });

  test('without input, standard input is empty', async () => {
    expect((await node('process.stdin.pipe(process.stdout)')).stdout).toBe('');
  });

  test('code and signal', async () => {
    expect(await node('process.exit(7)')).toMatchObject({ code: 7, signal: null });
    expect(await node('process.kill(process.pid, "SIGABRT")')).toMatchObject({
      code: null,
      signal: 'SIGABRT',
    });
  });

  test('a program that cannot be executed says so', async () => {
    const root = await folder();
    await program(join(root, 'broken'), '#!/nowhere/at/all\n');
    expect(await codeOf(node('', { root, cwd: root, program: { configured: './broken' } }))).toBe(
      'program-not-found',
    );
  });

  test('too much output: the first and the last lines, whole, and the hole is named', async () => {
    const line = (at: number) => `line ${String(at).padStart(6, '0')} é`;
    const code = `for (let i = 0; i < 100000; i++) console.log('line ' + String(i).padStart(6, '0') + ' é')`;
    const { stdout, stderr, truncated } = await node(code, { maxOutputBytes: 1_000 });
    const lines = stdout.trimEnd().split('\n');
    expect(truncated).toBe(true);
    expect(stderr).toBe('');
    expect(Buffer.byteLength(stdout)).toBeLessThan(1_100);
    const hole = lines.findIndex((text) => text.startsWith('…'));
    expect(lines.slice(0, hole)).toEqual(Array.from({ length: hole }, (_, at) => line(at)));
    const rest = lines.slice(hole + 1);
    expect(rest).toEqual(Array.from({ length: rest.length }, (_, at) => line(100_000 - rest.length + at)));
    expect(lines[hole]).toBe(`… ${(100_000 - hole - rest.length) * 15} bytes left out …`);
  });

  test('output of exactly the bound is whole', async () => {
    const { stdout, truncated } = await node(`process.stdout.write('x'.repeat(1000))`, {
      maxOutputBytes: 1_000,
    });
    expect({ length: stdout.length, truncated }).toEqual({ length: 1_000, truncated: false });
  });

  test('secrets of the environment do not come back, nor a half of one at the cut', async () => {
    const env = { PATH, PGPASSWORD: 'correct-horse-battery', DATABASE_URL: 'postgres://a:stapled%21@db/x' };
    const code = `console.log(process.env.PGPASSWORD, process.env.DATABASE_URL); console.error('stapled! host=db password=x1')`;
    const { stdout, stderr } = await node(code, { env });
    expect(stdout).toBe('*** postgres://a:***@db/x\n');
    expect(stderr).toBe('*** host=db password=***\n');
    const many = `for (let i = 0; i < 1000; i++) process.stdout.write(process.env.PGPASSWORD + (i % 7 ? ' ' : '\\n'))`;
    for (const maxOutputBytes of [100, 101, 117, 400]) {
      const cut = await node(many, { env, maxOutputBytes });
      expect(cut.stdout).not.toMatch(/correct|horse|battery/);
    }
  });
});

describe('how it ends', () => {
  /** Starts a child of its own, tells both process ids, and then neither ends by itself. */
  const family = (onTerm: string) => `
    const { spawn } = require('node:child_process');
    const { writeFileSync } = require('node:fs');
    const code = ${JSON.stringify(`${onTerm}; process.send('ready'); setInterval(() => {}, 1000)`)};
    const child = spawn(process.execPath, ['--eval', code], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    ${onTerm};
    child.once('message', () => {
      writeFileSync('pids.tmp', JSON.stringify([process.pid, child.pid]));
      require('node:fs').renameSync('pids.tmp', 'pids');
      OUT;
    });
    setInterval(() => {}, 1000);`;

  const isAlive = async (pid: number) => {
    // A zombie that nobody reaps is not alive.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return stat !== '' && !/\) Z /.test(stat);
  };

  async function living(cwd: string): Promise<boolean[]> {
    const pids: number[] = JSON.parse(await readFile(join(cwd, 'pids'), 'utf8'));
    expect(pids).toHaveLength(2);
    return Promise.all(pids.map(isAlive));
  }

  test.each([
    ['with manners', ''],
    ['the hard way where they do not listen', "process.on('SIGTERM', () => {})"],
  ])('at the timeout with all that it has started, %s', async (_, onTerm) => {
    const cwd = await folder();
    const code = family(onTerm).replace('OUT', '');
    expect(await codeOf(node(code, { cwd, timeoutMs: 5_000 }))).toBe('program-timeout');
    expect(await living(cwd)).toEqual([false, false]);
  });

  test('when the signal strikes, with its reason', async () => {
    const cwd = await folder();
    const abort = new AbortController();
    const code = family('').replace('OUT', "console.log('up')");
    const running = node(code, { cwd, signal: abort.signal });
    const reason = new Error('interrupted');
    const failed = running.catch((error: unknown) => error);
    await expect
      .poll(() => readFile(join(cwd, 'pids'), 'utf8').catch(() => ''), { timeout: 60_000 })
      .not.toBe('');
    abort.abort(reason);
    expect(await failed).toBe(reason);
    expect(await living(cwd)).toEqual([false, false]);
    expect(await node('1', { signal: abort.signal }).catch((error: unknown) => error)).toBe(reason);
  });

  test('what it leaves in the background ends with it', async () => {
    const cwd = await folder();
    const result = await node(family('').replace('OUT', "console.log('done'); process.exit(3)"), { cwd });
    expect(result).toMatchObject({ code: 3, stdout: 'done\n' });
    expect(await living(cwd)).toEqual([false, false]);
  });

  test('nothing is left when the program that has started it exits in the middle', async () => {
    const cwd = await folder();
    const source = new URL('../src/external/run-program.ts', import.meta.url).href;
    const script = `
      import { existsSync } from 'node:fs';
      import { runProgram } from ${JSON.stringify(source)};
      const cwd = ${JSON.stringify(cwd)};
      void runProgram({ program: { configured: process.execPath }, args: ['--eval', ${JSON.stringify(family('').replace('OUT', ''))}],
        cwd, root: cwd, env: process.env, timeoutMs: 60000, maxOutputBytes: 1000, signal: new AbortController().signal });
      setInterval(() => { if (existsSync(cwd + '/pids')) process.exit(0); }, 10);`;
    await writeFile(join(cwd, 'caller.mts'), script);
    const caller = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), join(cwd, 'caller.mts')],
      {
        env: { PATH },
        stdio: 'inherit',
      },
    );
    expect(await once(caller, 'exit')).toEqual([0, null]);
    await expect.poll(() => living(cwd)).toEqual([false, false]);
  });
});
