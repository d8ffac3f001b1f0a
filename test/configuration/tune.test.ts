import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tune } from '../../src/commands/tune.ts';
import { TUNING_FORMS } from '../../src/tuning/forms/index.ts';
import { runCli } from '../support/cli.ts';
import { serverUrl } from '../support/database.ts';
import { createFolder } from '../support/folder.ts';

const MACHINE = ['--hardware', '4 GB RAM, 2 cores, SSD, 80 connections, web'];

test('a configuration is written with its way back, and a server has started with it', async () => {
  const cwd = await createFolder();
  const { code, stdout, stderr } = await run(cwd, [...MACHINE, '--output', 'tuned.conf', '--json']);
  expect(stderr).toContain('starting a server with it');
  expect(code).toBe(0);
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({
    schemaVersion: 1,
    profile: { memoryBytes: { value: 4 * 1024 ** 3 } },
    server: { asked: false },
    leftOut: [],
    refused: [],
    start: { refused: [], warnings: [] },
    comparison: null,
    format: 'conf',
    files: [join(cwd, 'tuned.conf'), join(cwd, 'tuned.conf.reverse')],
  });
  // All of it is what the server ran with.
  const { tried, adapted } = told.start;
  const names = told.settings.map(({ name }: { name: string }) => name);
  expect(Object.keys(tried).toSorted()).toEqual(names.toSorted());
  expect(adapted.every(({ name }: { name: string }) => names.includes(name))).toBe(true);
  expect(await readFile(join(cwd, 'tuned.conf'), 'utf8')).toBe(told.text);
  expect(await readFile(join(cwd, 'tuned.conf.reverse'), 'utf8')).toBe(told.reverse);
  expect(told.text).toMatch(/^shared_buffers = 1GB$/m);
  expect(told.text).toContain('By rule, not measured.');
});

test('a server is asked, and what it has already is not proposed; the answer is alone on standard output', async () => {
  const cwd = await createFolder();
  const { code, stdout, stderr } = await run(cwd, [
    ...MACHINE,
    '--database-url',
    serverUrl(),
    '--setting',
    'work_mem',
    '--setting',
    'parallelVacuumMinWorkers',
    '--format',
    'alter-system',
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ALTER SYSTEM SET work_mem = '\w+';$/m);
  expect(stdout.match(/^ALTER SYSTEM/gm)).toHaveLength(1);
  expect(stderr).toContain('not set: parallelVacuumMinWorkers');
  expect(stderr).toContain('max_parallel_maintenance_workers');
  expect(stderr).not.toContain(new URL(serverUrl()).password);
});

describe('what cannot be is said before anything starts', () => {
  test.for<[what: string, args: readonly string[], exitCode: number, errorCode: string]>([
    ['no memory', ['--hardware', '0 GB RAM'], 2, 'hardware-invalid'],
    ['a setting that never was', ['--setting', 'enableJsonPathOptimization'], 2, 'usage'],
    [
      'a form that a service refuses',
      ['--hardware', 'db.r6g.xlarge', '--format', 'alter-system'],
      2,
      'usage',
    ],
    ['a form of another service', ['--hardware', 'Standard_D4ds_v5', '--format', 'rds'], 2, 'usage'],
    ['a budget that is none', ['--budget', '-5'], 2, 'usage'],
    ['a form that is none', ['--format', 'ini'], 2, 'usage'],
    ['statements without a database', ['--statements', 'q.sql'], 2, 'target-undeclared'],
    ['a folder that is not there', ['--output', 'missing/tuned.conf'], 2, 'usage'],
    ['a file that is there', ['--output', 'postgresql.conf'], 2, 'usage'],
  ])('%s', async ([, args, exitCode, errorCode]) => {
    const cwd = await createFolder({ 'postgresql.conf': '# precious\n' });
    const machine = args.includes('--hardware') ? [] : MACHINE;
    const measure = args.includes('--statements') ? [] : ['--no-measure'];
    const { code, stdout } = await runCli(['tune', '--no-probe', ...measure, ...machine, ...args, '--json'], {
      cwd,
    });
    expect(code).toBe(exitCode);
    expect(JSON.parse(stdout)).toMatchObject({ code: errorCode });
    expect(await readdir(cwd)).toEqual(['postgresql.conf']);
    expect(await readFile(join(cwd, 'postgresql.conf'), 'utf8')).toBe('# precious\n');
  });
});

test('its help lists the forms that there are', () => {
  const { choices } = tune.options.find(({ flags }) => flags.startsWith('--format'))!;
  expect(choices).toEqual(TUNING_FORMS.map(({ name }) => name));
});

function run(cwd: string, args: readonly string[]) {
  return runCli(['tune', '--no-probe', '--no-measure', ...args], { cwd });
}
