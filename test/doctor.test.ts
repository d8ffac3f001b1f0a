import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { readSignersTableScript } from '../src/approval/signers-table.ts';
import { openAuditLog } from '../src/audit/log.ts';
import { CHECKS } from '../src/doctor/index.ts';
import { runCli } from './support/cli.ts';
import { createTestDatabase, lend, type TestDatabase } from './support/database.ts';
import { createRole } from './support/roles.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

interface Told {
  readonly id: string;
  readonly state: string;
  readonly message: string;
  readonly fix: string | null;
}

async function doctor(workspace: Workspace, ...args: readonly string[]) {
  const { code, stdout, stderr } = await runCli(['doctor', '--json', ...args], { cwd: workspace.path });
  const { checks } = JSON.parse(stdout) as { checks: readonly Told[] };
  const of = (id: string) => checks.filter((check) => check.id === id);
  return {
    code,
    stdout,
    stderr,
    checks,
    of,
    said: (id: string) =>
      of(id)
        .map(({ message }) => message)
        .join('\n'),
  };
}

const withShop = (use: (database: TestDatabase) => Promise<void>) =>
  createTestDatabase().then((database) =>
    lend(database, async (lent) => {
      await lent.query(`
        CREATE SCHEMA shop;
        CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text);
        CREATE TABLE shop.lines (id bigint GENERATED ALWAYS AS IDENTITY, note text);`);
      await use(lent);
    }),
  );

describe('without a database', () => {
  test('says what works here, and that no protection of a database was looked at', async () => {
    const workspace = await createWorkspace();
    const { code, stderr, checks, of } = await doctor(workspace);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const id of ['node', 'parser', 'config', 'folders', 'git', 'audit-log'])
      expect(of(id)).toMatchObject([{ state: 'ok', fix: null }]);
    expect(of('git')[0]?.message).toContain('Test <test@example.com>');
    expect(of('database')).toMatchObject([{ state: 'warning' }]);
    expect(checks.every(({ state, fix }) => state === 'ok' || fix !== null)).toBe(true);
    expect(await workspace.git('status', '--porcelain', '--ignored')).toBe('');
  });

  test('a configuration that cannot be read is told with everything else, and ends with 5', async () => {
    const workspace = await createWorkspace({
      'pitstop.config.json': '{"migration": 1, "evidence": "/etc"}',
    });
    const { code, of } = await doctor(workspace);
    expect(code).toBe(5);
    expect(of('config')).toMatchObject([{ state: 'missing' }]);
    expect(of('config')[0]?.message).toContain('migration');
    expect(of('parser')).toMatchObject([{ state: 'ok' }]);
  });

  test('what of tests and commits is ready', async () => {
    const workspace = await createWorkspace({ 'pitstop.config.json': '{"tests": "node suite.mjs"}' });
    const ready = await doctor(workspace);
    expect(ready.of('tests')).toMatchObject([{ state: 'ok' }]);
    expect(ready.said('git')).toContain('ready for --commit');

    await workspace.write('pitstop.config.json', '{"tests": "no-such-program"}');
    await workspace.git('config', '--unset', 'user.email');
    const not = await doctor(workspace);
    expect(not.code).toBe(5);
    expect(not.of('tests')).toMatchObject([{ state: 'missing' }]);
    expect(not.of('git')).toMatchObject([{ state: 'warning' }]);
    expect(not.said('git')).toContain('--commit is not ready: Git knows no author');
  });

  test('a file where a folder should be ends with 5', async () => {
    const workspace = await createWorkspace({ migrations: 'a file' });
    const { code, of } = await doctor(workspace);
    expect(code).toBe(5);
    expect(of('folders')).toMatchObject([{ state: 'missing' }]);
    expect(of('folders')[0]?.message).toContain('migrations cannot be written');
  });

  test('a changed audit log is a warning', async () => {
    const workspace = await createWorkspace();
    const log = openAuditLog({
      root: workspace.path,
      actor: { user: 'ann', pid: 1, terminal: false },
      runId: 'run',
      now: () => new Date(),
      newLogId: randomUUID,
    });
    await log.append({ event: 'recorded', taskFile: 'tasks/a.md', item: '1.1', outcome: 'proven' });
    expect((await doctor(workspace)).said('audit-log')).toContain('whole, 2 records');
    await workspace.write(
      '.pitstop/audit.jsonl',
      (await workspace.read('.pitstop/audit.jsonl')).replace('1.1', '1.2'),
    );
    expect((await doctor(workspace)).of('audit-log')).toMatchObject([{ state: 'warning' }]);
  });

  test('for people: one line a check, the fix below it', async () => {
    const workspace = await createWorkspace();
    const { code, stdout } = await runCli(['doctor'], { cwd: workspace.path });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {7}node {17}Node v\d+/m);
    expect(stdout).toMatch(/^warning {2}database .*\n +fix: Pass --database-url/m);
  });
});

describe('with a database', () => {
  test('that does not answer: told without its password, exit 5', async () => {
    const workspace = await createWorkspace();
    const result = await doctor(workspace, '--database-url', 'postgres://ann:hunter2@127.0.0.1:1/shop');
    expect(result.code).toBe(5);
    expect(result.of('database')).toMatchObject([{ state: 'missing' }]);
    expect(result.of('audit-log')).toMatchObject([{ state: 'ok' }]);
    expect(result.stdout).not.toContain('hunter2');
  });

  test('and a superuser for everything: each missing protection is named', async () => {
    await withShop(async (database) => {
      await database.query(`
        CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER watch_${database.name} ON ddl_command_end EXECUTE FUNCTION watch();`);
      await database.query(`ALTER DATABASE ${database.name} SET standard_conforming_strings = off`);
      await database.query(`ALTER DATABASE ${database.name} SET client_connection_check_interval = '7s'`);
      const workspace = await createWorkspace();
      const { code, of, said } = await doctor(workspace, '--database-url', database.url);
      expect(code).toBe(0);
      expect(said('role')).toContain('is superuser');
      expect(of('reading-role')).toMatchObject([{ state: 'warning' }]);
      expect(of('environment')).toMatchObject([{ state: 'warning' }]);
      expect(said('event-triggers')).toContain(`watch_${database.name}`);
      for (const id of ['string-literals', 'io-timing', 'idle-in-transaction', 'pg-stat-statements'])
        expect(of(id)).toMatchObject([{ state: 'warning' }]);
      expect(said('connection-check')).toContain('7000 ms');
      for (const id of ['database', 'server-version', 'pooler', 'read-only', 'ledger', 'audit-anchors'])
        expect(of(id)).toMatchObject([{ state: 'ok' }]);
      expect(await database.query(`SELECT FROM pg_namespace WHERE nspname = 'pitstop'`)).toEqual([]);
    });
  });

  test('whose sessions start with triggers switched off: nothing else is looked at, exit 5', async () => {
    await withShop(async (database) => {
      await database.query(`ALTER DATABASE ${database.name} SET session_replication_role = replica`);
      const { code, of } = await doctor(await createWorkspace(), '--database-url', database.url);
      expect(code).toBe(5);
      expect(of('database')).toMatchObject([
        { state: 'missing', fix: expect.stringContaining('session_replication_role') },
      ]);
      expect(of('replication-role')).toEqual([]);
    });
  });

  test('says which list of signers counts, or why none does', async () => {
    await withShop(async (database) => {
      const role = await createRole(database);
      const workspace = await createWorkspace();
      const none = await doctor(workspace, '--database-url', role.url);
      expect(none.of('signers')).toMatchObject([{ state: 'warning' }]);
      expect(none.said('signers')).toContain('table pitstop_approval.allowed_signer: it does not exist');
      expect(none.of('signers')[0]?.fix).toMatch(/signers-table\.sql in the database/);

      const everything = await doctor(workspace, '--database-url', database.url);
      expect(everything.said('signers')).toContain('no signed approval counts');
      expect(everything.said('signers')).toContain(process.getuid?.() === 0 ? 'as root' : 'does not exist');

      await database.query(await readSignersTableScript());
      await database.query('INSERT INTO pitstop_approval.allowed_signer (principal, key) VALUES ($1, $2)', [
        'ann',
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f',
      ]);
      const listed = await doctor(workspace, '--database-url', role.url);
      expect(listed.of('signers')).toMatchObject([{ state: 'ok', fix: null }]);
      expect(listed.said('signers')).toContain('1 allowed signer in table pitstop_approval.allowed_signer');
    });
  });

  test('and well separated roles: all protections are in force', async () => {
    await withShop(async (database) => {
      const owner = await createRole(database, { grants: [`CREATE ON DATABASE ${database.name}`] });
      const reader = await createRole(database, {
        grants: ['USAGE ON SCHEMA shop', 'SELECT ON ALL TABLES IN SCHEMA shop'],
      });
      await database.query(`ALTER TABLE shop.orders OWNER TO ${owner.name}`);
      await database.query(`ALTER DATABASE ${database.name} SET pitstop.environment = 'staging'`);
      const config = JSON.stringify({ readDatabaseUrl: reader.url, environment: 'development' });
      const workspace = await createWorkspace({ 'pitstop.config.json': config });
      const { code, of, said, stdout } = await doctor(workspace, '--database-url', owner.url);
      expect(code).toBe(0);
      for (const id of [
        'role',
        'owner',
        'reading-role',
        'ledger',
        'environment',
        'event-triggers',
        'string-literals',
      ])
        expect(of(id)).toMatchObject([{ state: 'ok', fix: null }]);
      expect(said('reading-role')).toContain(`role ${reader.name} reads and measures, and can write nothing`);
      expect(said('owner')).toContain('owns shop.orders');
      expect(said('environment')).toBe(
        'staging: the configuration file says development; the marker in the database raises it to staging',
      );
      for (const secret of [owner.password, reader.password]) expect(stdout).not.toContain(secret);
    });
  });

  test.for<[string, string, (reader: string) => string]>([
    ['one privilege', 'can write to shop.orders', (reader) => `GRANT DELETE ON shop.orders TO ${reader}`],
    ['one column', 'can write to shop.orders', (reader) => `GRANT UPDATE (note) ON shop.orders TO ${reader}`],
    ['everybody', 'can write to shop.orders', () => 'GRANT INSERT ON shop.orders TO PUBLIC'],
    [
      'a sequence',
      'can write to shop.lines_id_seq',
      (reader) => `GRANT USAGE ON SEQUENCE shop.lines_id_seq TO ${reader}`,
    ],
    ['a schema', 'can create in shop', (reader) => `GRANT CREATE ON SCHEMA shop TO ${reader}`],
    ['ownership', 'owns shop.lines', (reader) => `ALTER TABLE shop.lines OWNER TO ${reader}`],
    [
      'a predefined role',
      'pg_write_server_files',
      (reader) => `GRANT pg_write_server_files TO ${reader} WITH INHERIT FALSE`,
    ],
    ['all data', 'pg_write_all_data', (reader) => `GRANT pg_write_all_data TO ${reader}`],
    [
      'a function with the rights of its owner',
      'shop.wipe',
      () =>
        `CREATE FUNCTION shop.wipe() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM shop.orders'`,
    ],
  ])('a reading role that could write through %s is not one', async ([, expected, grant]) => {
    await withShop(async (database) => {
      const reader = await createRole(database, { grants: ['USAGE ON SCHEMA shop'] });
      await database.query(grant(reader.name));
      const workspace = await createWorkspace({
        'pitstop.config.json': JSON.stringify({ readDatabaseUrl: reader.url }),
      });
      const { of, said } = await doctor(workspace, '--database-url', database.url);
      expect(of('reading-role').every(({ state }) => state === 'warning')).toBe(true);
      expect(said('reading-role')).toContain(expected);
    });
  });

  test('a role that may become another one has what the other has', async () => {
    await withShop(async (database) => {
      const writer = await createRole(database, { grants: ['ALL ON shop.orders'] });
      const reader = await createRole(database, { grants: ['USAGE ON SCHEMA shop'] });
      await database.query(`GRANT ${writer.name} TO ${reader.name} WITH INHERIT FALSE, SET TRUE`);
      const workspace = await createWorkspace({
        'pitstop.config.json': JSON.stringify({ readDatabaseUrl: reader.url }),
      });
      const { said } = await doctor(workspace, '--database-url', database.url);
      expect(said('reading-role')).toContain('can write to shop.orders');
    });
  });

  test('a reading role of another database, or that cannot log in, ends with 5', async () => {
    await withShop(async (database) => {
      const other = new URL(database.url);
      other.pathname = '/postgres';
      for (const readDatabaseUrl of [other.href, 'postgres://nobody_here:x@127.0.0.1:1/x', 'mysql://x']) {
        const workspace = await createWorkspace({
          'pitstop.config.json': JSON.stringify({ readDatabaseUrl }),
        });
        const { code, of } = await doctor(workspace, '--database-url', database.url);
        expect(code).toBe(5);
        expect(of('reading-role')).toMatchObject([{ state: 'missing' }]);
      }
    });
  });
});

test('docs/formats.md has every check', async () => {
  const text = await readFile(new URL('../docs/formats.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('## `doctor --json`'));
  for (const { id } of CHECKS) expect(section).toContain(`| \`${id}\` |`);
});
