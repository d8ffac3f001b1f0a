import { platform } from 'node:process';
import { describe, expect, test as base } from 'vitest';
import type { SourcedProfile } from '../../src/tuning/profile.ts';
import { runCli, type CliResult } from '../support/cli.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createFolder } from '../support/folder.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads what a fixture needs from the pattern
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

const GB = 1024 ** 3;

interface HardwareDocument {
  readonly schemaVersion: number;
  readonly profile: SourcedProfile;
  readonly guessed: readonly string[];
  readonly notes: readonly string[];
  readonly probe: object | null;
  readonly place: { readonly where: string } | null;
  readonly server: object | null;
}

const document = ({ stdout }: CliResult) => JSON.parse(stdout) as HardwareDocument;

/** Calls `pitstop hardware` in a folder that has only these files. */
async function hardware(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  return runCli(['hardware', ...args], { cwd: await createFolder(files) });
}

describe('without a database', () => {
  test('W1, W7, W10: this machine, measured, as one document', async () => {
    const result = await hardware(['--json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const told = document(result);
    expect(Object.keys(told)).toEqual([
      'schemaVersion',
      'profile',
      'guessed',
      'notes',
      'probe',
      'place',
      'server',
    ]);
    expect(Object.keys(told.profile)).toEqual([
      'memoryBytes',
      'cpus',
      'storage',
      'os',
      'container',
      'workload',
      'connections',
      'dataBytes',
      'freeBytes',
      'managed',
    ]);
    for (const { source } of Object.values(told.profile)) expect(source).not.toBe('');
    expect(told.profile.memoryBytes.value).toBeGreaterThan(0);
    expect(told.profile.freeBytes.value).toBeGreaterThan(0);
    expect(told.guessed).toContain('workload');
    expect(told.profile.storage.source.startsWith('measured')).toBe(told.probe !== null);
    expect(told).toMatchObject({ schemaVersion: 1, place: null, server: null });
  });

  test('W1, W10: what is given counts first; what is not understood goes to standard error', async () => {
    const text = '1 GB RAM, 8 cores, NVMe, 200 connections, a flux capacitor';
    const result = await hardware(['--hardware', text, '--workload', 'oltp']);
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/^ {2}memory {6}1 GB +given: 1 GB RAM$/m);
    expect(result.stdout).toMatch(/^ {2}workload {4}oltp +given: --workload$/m);
    expect(result.stdout).not.toContain('?');
    expect(result.stderr).toContain('not understood, and read over: "flux"');
    const quiet = await hardware(['--hardware', text, '--quiet', '--no-probe']);
    expect(quiet.stderr).toBe('');
  });

  test.for([
    ['more memory', '64 TB RAM'],
    ['another system', platform === 'win32' ? 'macOS' : 'Windows Server 2022'],
  ])('W1: a machine with %s than this is another one, of which nothing is seen', async ([, text]) => {
    const told = document(await hardware(['--hardware', text!, '--json']));
    expect(told.profile).toMatchObject({ cpus: { value: 2 }, container: { value: false } });
    expect(told.guessed).toEqual(expect.arrayContaining(['cpus', 'storage', 'container', 'workload']));
    expect(told.profile.freeBytes.value).toBeNull();
    expect(told.notes).toEqual([expect.stringContaining('nothing of this one is taken')]);
  });

  test('W9: of a managed instance nothing here counts', async () => {
    const told = document(await hardware(['--hardware', 'db.r6g.xlarge', '--json']));
    expect(told.profile).toMatchObject({
      memoryBytes: { value: 32 * GB },
      cpus: { value: 4 },
      managed: { value: 'rds' },
      storage: { value: 'san' },
      freeBytes: { value: null },
    });
    expect(told.probe).toBeNull();
  });

  test('W6: a file, and its JSON Schema', async () => {
    const told = document(
      await hardware(['--hardware', 'machine.yaml', '--json', '--no-probe'], {
        'machine.yaml': 'memory: 8 GB\nworkload: dw\n',
      }),
    );
    expect(told.profile).toMatchObject({ memoryBytes: { value: 8 * GB }, workload: { value: 'dw' } });
    const schema = await hardware(['--schema']);
    expect(JSON.parse(schema.stdout)).toMatchObject({ type: 'object', additionalProperties: false });
  });

  test.each<[args: string[], code: string, message: RegExp]>([
    [['--hardware', '0 GB, 1,000 cores, 3 parsecs'], 'hardware-invalid', /parsecs.*256 MB.*768 cores/],
    [['--hardware', 'gone.yaml'], 'hardware-invalid', /no file/],
    [['--hardware', '8 GB, oltp', '--workload', 'dw'], 'hardware-invalid', /--workload says dw/],
    [['--workload', 'gaming'], 'usage', /gaming/],
    [['--database-url', 'mysql://x'], 'target-url-invalid', /postgres/],
  ])('W5: %j is wrong input', async (args, code, message) => {
    const result = await hardware([...args, '--json']);
    expect(result.code).toBe(2);
    expect(JSON.parse(result.stdout)).toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('with a database', () => {
  test('W8, W10: the server is asked, and no password is told', async ({ database }) => {
    const result = await hardware(['--json', '--no-probe', '--database-url', database.url]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const told = document(result);
    expect(told.server).toMatchObject({ isSuperuser: true });
    expect(told.place?.where).toMatch(/here$/);
    expect(told.profile.dataBytes.value).toBeGreaterThan(0);
    expect(told.profile.connections).toMatchObject({
      value: null,
      source: expect.stringMatching(/max_connections is \d+/) as string,
    });
    expect(result.stdout).not.toContain(new URL(database.url).password);
  });

  test('W8: one that does not answer ends the command', async () => {
    const result = await hardware(['--json', '--no-probe', '--database-url', 'postgres://u@127.0.0.1:1/d']);
    expect(result.code).toBe(5);
    expect(JSON.parse(result.stdout)).toMatchObject({ code: 'connection-failed' });
  });
});
