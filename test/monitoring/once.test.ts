import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, inject, test as base } from 'vitest';
import { CHECKS } from '../../src/monitoring/checks/index.ts';
import { runCli } from '../support/cli.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createRole } from '../support/roles.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest wants to see which fixtures are used
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

interface Document {
  readonly level: string;
  readonly remarks: readonly string[];
  readonly alerts: readonly Readonly<Record<string, unknown>>[];
  readonly checks: readonly {
    readonly name: string;
    readonly state: string;
    readonly level: string | null;
    readonly message: string | null;
    readonly observations: readonly { readonly subject: string; readonly value: number | null }[];
  }[];
}

/** One round as JSON. */
async function once({ path }: Workspace, url: string, ...args: readonly string[]) {
  const result = await runCli(['monitor', '--json', '--database-url', url, ...args], { cwd: path });
  const document = JSON.parse(result.stdout) as Document;
  return { ...result, document, check: (name: string) => document.checks.find((one) => one.name === name) };
}

/** An error as JSON. */
async function fails({ path }: Workspace, ...args: readonly string[]) {
  const { code, stdout } = await runCli(['monitor', '--json', ...args], { cwd: path });
  return { exitCode: code, ...(JSON.parse(stdout) as Readonly<Record<string, unknown>>) };
}

async function historyOf(workspace: Workspace): Promise<string> {
  const folder = join(workspace.path, '.pitstop', 'monitor');
  const [name = ''] = await readdir(folder);
  return join(folder, name);
}

const CONNECTIONS = ['--check', 'connections-used'];
const LOW_MARK = JSON.stringify({ monitor: { thresholds: { 'connections-used': { warning: 0.5 } } } });

describe('one round', () => {
  test('O1, O7: asks every check, and the next run knows what this one saw', async ({ database }) => {
    const workspace = await createWorkspace();
    const first = await once(workspace, database.url);
    expect(first).toMatchObject({ stderr: '', document: { schemaVersion: 1, type: 'round', up: true } });
    expect(first.document.checks.map(({ name }) => name)).toEqual(CHECKS.map(({ name }) => name));
    expect(first.check('deadlocks')).toMatchObject({ level: 'unknown' });
    // The first run kept its counters, the second one has a rate of them: the server's clock has gone on a second.
    await database.query(
      `SELECT pg_sleep(greatest(0, extract(epoch FROM $1::timestamptz + interval '1.05 s' - clock_timestamp())))`,
      [(first.document as unknown as { at: string }).at],
    );
    const second = await once(workspace, database.url);
    const subject = second.check('deadlocks')?.observations.find((one) => one.subject === database.name);
    expect(subject).toMatchObject({ value: 0 });
    expect(await workspace.git('status', '--porcelain')).toBe('');
  });

  test('in words, without a terminal, is the same', async ({ database }) => {
    const workspace = await createWorkspace();
    const { stdout, stderr } = await runCli(['monitor', '--database-url', database.url, '--no-history'], {
      cwd: workspace.path,
    });
    expect(stderr).toBe('');
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(
      /^test_\w+ on PostgreSQL 18\.\d+, primary, [\d-]+ [\d:]+ UTC; \d+ checks in [\d.,]+ ms$/,
    );
    expect(stdout).toMatch(/^ok {7}connections-used +\d+ of \d+ connections are taken \([\d.]+ %\)$/m);
    expect(lines.at(-2)).toMatch(/^\d+ alerts?.*, \d+ unknown, \d+ ok$/);
    expect(await readdir(workspace.path)).not.toContain('.pitstop');
  });

  test('O6: with an alert exits with 3, from the level on that is asked for', async ({ database }) => {
    const workspace = await createWorkspace({ 'pitstop.config.json': LOW_MARK });
    const { code, document } = await once(workspace, database.url, ...CONNECTIONS, '--no-history');
    expect(code).toBe(3);
    expect(document).toMatchObject({
      level: 'warning',
      alerts: [{ check: 'connections-used', subject: 'cluster', level: 'warning', state: 'raised' }],
    });
    const codeFor = async (level: string) =>
      (await once(workspace, database.url, ...CONNECTIONS, '--no-history', '--fail-on', level)).code;
    expect([await codeFor('critical'), await codeFor('nothing')]).toEqual([0, 0]);
  });

  test('asks the checks that are named, by name or by area', async ({ database }) => {
    const workspace = await createWorkspace();
    const { document } = await once(workspace, database.url, '--check', 'deadlocks', '--area', 'capacity');
    const expected = CHECKS.filter(({ name, area }) => name === 'deadlocks' || area === 'capacity');
    expect(document.checks.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
  });

  test('O3, O6: of a role that may not see says so, and fails only where that is asked for', async ({
    database,
  }) => {
    const workspace = await createWorkspace();
    const { url } = await createRole(database);
    const args = ['--no-history', '--check', 'connections-used', '--check', 'sequence-days-left'];
    const plain = await once(workspace, url, ...args);
    expect(plain.code).toBe(0);
    expect(plain.document.level).toBe('unknown');
    expect(plain.check('connections-used')).toMatchObject({ state: 'not-visible', level: 'unknown' });
    expect((await once(workspace, url, ...args, '--strict')).code).toBe(5);
    // Where nothing at all can be seen nothing is fine.
    expect((await once(workspace, url, '--no-history', ...CONNECTIONS)).code).toBe(5);
  });
});

describe('the history', () => {
  test('O9: with lines that cannot be read is used without them, and says so', async ({ database }) => {
    const workspace = await createWorkspace();
    await once(workspace, database.url, '--check', 'deadlocks');
    const path = await historyOf(workspace);
    const line = await readFile(path, 'utf8');
    await writeFile(path, `garbage\n${line}${line.slice(0, 40)}`);
    const { code, document } = await once(workspace, database.url, '--check', 'deadlocks');
    expect(code).toBe(0);
    expect(document.remarks).toEqual([expect.stringMatching(/^1 line of .*ndjson cannot be read/)]);
    // What was torn has become a line of its own, and does no harm.
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines.map((one) => one.length > 100)).toEqual([false, true, false, true, false]);
  });

  test('O9: of a newer version is refused, and left as it is', async ({ database }) => {
    const workspace = await createWorkspace({ 'newer.ndjson': '{"schemaVersion":99}\n' });
    const args = ['--history', 'newer.ndjson', '--database-url', database.url];
    expect(await fails(workspace, ...args)).toMatchObject({
      exitCode: 5,
      code: 'history-newer',
      message: expect.stringContaining('version 99'),
      file: join(workspace.path, 'newer.ndjson'),
    });
    expect(await workspace.read('newer.ndjson')).toBe('{"schemaVersion":99}\n');
  });

  test('O9: that is something else is left as it is', async ({ database }) => {
    const workspace = await createWorkspace({ 'notes.md': '# Notes\n\nMine.\n' });
    const args = ['--history', 'notes.md', '--database-url', database.url];
    expect(await fails(workspace, ...args)).toMatchObject({ exitCode: 2, code: 'history-foreign' });
    expect(await workspace.read('notes.md')).toBe('# Notes\n\nMine.\n');
  });

  test.each([
    ['notes', 'it is a folder'],
    ['/dev/zero', 'it is not a file'],
  ])('O9: at %s is none: %s', async (path, why) => {
    const workspace = await createWorkspace({ 'notes/mine.md': 'Mine.\n' });
    const args = ['--history', path, '--database-url', inject('serverUrl')];
    const file = resolve(workspace.path, path);
    expect(await fails(workspace, ...args)).toMatchObject({
      exitCode: 2,
      code: 'history-foreign',
      message: `${file} is no history: ${why}`,
      file,
    });
  });

  test('that cannot be written is no reason not to look', async ({ database }) => {
    const workspace = await createWorkspace({ '.pitstop/locks': 'in the place of a folder' });
    const { code, document, stderr } = await once(workspace, database.url, ...CONNECTIONS);
    expect(code).toBe(0);
    expect(document.remarks).toEqual([expect.stringContaining('the round is not kept')]);
    expect(stderr).toContain('the round is not kept');
  });

  test('of each target is its own', async ({ database }) => {
    const workspace = await createWorkspace();
    await once(workspace, database.url, ...CONNECTIONS);
    const elsewhere = new URL(database.url);
    elsewhere.pathname = '/postgres';
    await once(workspace, elsewhere.href, ...CONNECTIONS);
    expect(await readdir(join(workspace.path, '.pitstop', 'monitor'))).toHaveLength(2);
  });

  test('O5: holds an alert back that comes later, and holds it up', async ({ database }) => {
    const workspace = await createWorkspace();
    const levels: unknown[] = [];
    const config = (marks: object) =>
      workspace.write(
        'pitstop.config.json',
        JSON.stringify({
          monitor: { raiseAfter: 2, clearAfter: 2, thresholds: { 'connections-used': marks } },
        }),
      );
    for (const warning of [99, 0.5, 0.5, 99, 99]) {
      await config({ warning, critical: null });
      const { code, document } = await once(workspace, database.url, ...CONNECTIONS);
      levels.push([code, document.alerts[0]?.['state'] ?? null]);
    }
    expect(levels).toEqual([
      [0, null],
      [0, 'pending'],
      [3, 'raised'],
      [3, 'clearing'],
      [0, null],
    ]);
  });
});

describe('wrong input', () => {
  const NOWHERE = ['--database-url', 'postgres://nobody@127.0.0.1:1/nothing'];

  test('O11: is told before anybody is asked', async () => {
    const workspace = await createWorkspace();
    expect(await fails(workspace, '--check', 'deadlock', ...NOWHERE)).toMatchObject({
      exitCode: 2,
      code: 'usage',
      candidates: ['deadlocks'],
    });
    await workspace.write(
      'pitstop.config.json',
      JSON.stringify({ monitor: { thresholds: { 'connection-used': { warning: 60 } } } }),
    );
    expect(await fails(workspace, ...NOWHERE)).toMatchObject({
      exitCode: 2,
      code: 'config-invalid',
      candidates: expect.arrayContaining(['connections-used']) as unknown,
    });
  });

  test('no server, and none named', async () => {
    const workspace = await createWorkspace();
    expect(await fails(workspace, '--interval', '1s', ...NOWHERE)).toMatchObject({
      exitCode: 5,
      code: 'connection-failed',
    });
    expect(await fails(workspace)).toMatchObject({ exitCode: 2, code: 'target-undeclared' });
  });
});
