import { chmod, mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { runCli } from '../support/cli.ts';
import type { TestDatabase } from '../support/database.ts';
import { createRole } from '../support/roles.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

describe('task files', () => {
  test.for([
    ['a missing file', null, 'task-file-not-found'],
    ['a binary file', new Uint8Array([0x2d, 0x20, 0x00, 0x01, 0x02]), 'task-file-unreadable'],
    [
      'a file that is not UTF-8',
      new Uint8Array([0x2d, 0x20, 0x5b, 0x20, 0x5d, 0x20, 0xff, 0xfe]),
      'task-file-not-utf8',
    ],
    [
      'merge-conflict markers',
      '<<<<<<< ours\n- [ ] 1.1 a\n=======\n- [ ] 1.1 b\n>>>>>>> theirs\n',
      'task-file-conflict-markers',
    ],
  ] as const)('T4: %s ends the run before anything is touched', async ([, content, code], { app }) => {
    const workspace = await createWorkspace(content === null ? {} : { [TASK_FILE]: content });
    const result = await run(workspace.path, app.url);
    expect(result.code).toBe(2);
    expect(finished(result)).toMatchObject({
      exitCode: 2,
      items: [],
      error: { code, hint: expect.any(String) },
    });
    await expectUntouched(workspace, app);
  });

  test('a directory is no task file', async ({ app }) => {
    const workspace = await createWorkspace();
    await mkdir(join(workspace.path, TASK_FILE));
    expect(finished(await run(workspace.path, app.url))).toMatchObject({
      exitCode: 2,
      error: { code: 'task-file-unreadable' },
    });
  });

  test('a file without items is nothing to do', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: '# Notes\n\nNothing yet.\n' });
    const result = await run(workspace.path, app.url);
    expect(finished(result)).toMatchObject({ exitCode: 0, items: [], error: null });
  });

  test('T16: an id that no item has', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    expect(finished(await run(workspace.path, app.url, '--item', '9.9'))).toMatchObject({
      exitCode: 2,
      error: { code: 'item-not-found' },
    });
    await expectUntouched(workspace, app);
  });

  test('T16: an id that two items have lists both', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY), queryItem('1.1', 'SELECT 1')),
    });
    const { exitCode, error } = finished(await run(workspace.path, app.url, '--item', '1.1'));
    expect(exitCode).toBe(2);
    expect(error).toMatchObject({
      code: 'item-ambiguous',
      candidates: [expect.any(String), expect.any(String)],
    });
    await expectUntouched(workspace, app);
  });
});

describe('statements', () => {
  test.for([
    ['a syntax error', 'SELEC id FROM app.orders', 'refused', 'statement-syntax-error'],
    ['two statements', 'SELECT 1; DROP TABLE app.orders', 'refused', 'several-statements'],
    ['a statement that is no query', 'DROP TABLE app.orders', 'refused', 'statement-not-a-query'],
    [
      'a query that writes',
      'WITH gone AS (DELETE FROM app.orders RETURNING id) SELECT * FROM gone',
      'refused',
      'statement-writes',
    ],
    ['a query that locks rows', 'SELECT id FROM app.orders FOR UPDATE', 'refused', 'statement-locks-rows'],
    [
      'a function that a read-only transaction does not stop',
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity',
      'refused',
      'unsafe-function',
    ],
    ['a function that writes', 'SELECT app.wipe()', 'refused', 'unsafe-function'],
    ['a view with such a function', 'SELECT * FROM app.wiped', 'refused', 'unsafe-function'],
    [
      'an unknown table',
      'SELECT id FROM app.ordrs WHERE customer_id = 1',
      'needs-information',
      'unknown-table',
    ],
    [
      'an unknown column',
      'SELECT id FROM app.orders WHERE custmer_id = 1',
      'needs-information',
      'unknown-column',
    ],
    [
      'a parameter without a value',
      'SELECT md5($1) FROM app.orders WHERE customer_id = 7',
      'needs-information',
      'parameters-missing',
    ],
    [
      'a named parameter without a value',
      'SELECT md5(:customer) FROM app.orders WHERE customer_id = 7',
      'needs-information',
      'parameters-missing',
    ],
    [
      'a value of the wrong type',
      `SELECT id FROM app.orders WHERE customer_id = 'many'`,
      'needs-information',
      'statement-rejected',
    ],
  ] as const)('%s', async ([, query, outcome, code], { app }) => {
    await app.query(`CREATE FUNCTION app.wipe() RETURNS void LANGUAGE sql AS 'DELETE FROM app.orders'`);
    await app.query('CREATE VIEW app.wiped AS SELECT 1 AS n FROM app.wipe()');
    const original = taskFile(queryItem('1.1', query));
    const workspace = await createWorkspace({ [TASK_FILE]: original });
    const result = await run(workspace.path, app.url);

    expect(finished(result).items[0]).toMatchObject({ outcome, marker: '!', reason: { code } });
    expect(result.code).toBe(3);
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain('- [!] 1.1');
    expect(text).toContain(`(\`${code}\`)`);
    expect(await app.query('SELECT count(*)::int AS count FROM app.orders')).toEqual([{ count: 120_000 }]);
    const second = await run(workspace.path, app.url);
    expect(finished(second).items[0]).toMatchObject({ outcome, reason: { code } });
    expect(await workspace.read(TASK_FILE)).toBe(text);
  });

  test('T46: an item whose block is corrected is tried again', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', 'SELECT id FROM app.ordrs WHERE customer_id = 1')),
    });
    await run(workspace.path, app.url);
    const text = await workspace.read(TASK_FILE);
    await workspace.write(TASK_FILE, text.replace('app.ordrs', 'app.orders'));
    const result = await run(workspace.path, app.url);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
    expect(await workspace.read(TASK_FILE)).not.toContain('**Blocked**');
  });

  test('T40: an item that is ours without a statement is asked about, a note is left alone', async ({
    app,
  }) => {
    const items = ['- [ ] 1.1 Something is slow\n  - **File**: `src/users.ts`\n', '- [ ] buy milk\n'];
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(...items) });
    const { items: reports } = finished(await run(workspace.path, app.url));
    expect(reports.map(({ outcome, reason }) => [outcome, reason?.code])).toEqual([
      [null, 'not-recognised'],
      [null, 'not-recognised'],
    ]);
  });
});

describe('targets', () => {
  test.for([
    ['no database at all', [], 2, 'target-undeclared'],
    ['something that is no URL', ['--database-url', 'localhost'], 2, 'target-url-invalid'],
    [
      'a port where nobody listens',
      ['--database-url', 'postgres://a:b@127.0.0.1:1/x'],
      5,
      'connection-failed',
    ],
    ['an unknown option', ['--databse-url', 'x'], 2, 'usage'],
    ['an unknown environment', ['--environment', 'prod'], 2, 'usage'],
  ] as const)('%s', async ([, args, exitCode, code]) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const result = await runCli(['run', TASK_FILE, '--json', ...args], { cwd: workspace.path });
    expect(result.code).toBe(exitCode);
    expect(finished(result)).toMatchObject({
      type: 'run-finished',
      exitCode,
      error: { code, message: expect.any(String) },
    });
    expect(await workspace.git('status', '--porcelain')).toBe('');
    const words = await runCli(['run', TASK_FILE, ...args], { cwd: workspace.path });
    expect(words.stderr).toContain(`[${code}]`);
  });

  test('a wrong password is named and never shown', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const url = new URL(app.url);
    url.password = 'not-the-secret';
    const result = await run(workspace.path, url.href);
    expect(finished(result)).toMatchObject({ exitCode: 5, error: { code: 'authentication-failed' } });
    expect(result.stdout + result.stderr).not.toContain('not-the-secret');
    await expectUntouched(workspace, app);
  });

  test('something that is no PostgreSQL', async () => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const listener = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const result = await run(workspace.path, `postgres://a:b@127.0.0.1:${port}/x`);
    listener.close();
    expect(finished(result)).toMatchObject({ exitCode: 5, error: { code: 'connection-failed' } });
  });

  test('an undeclared environment stops before anything, but not a dry run', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const result = await runCli(['run', TASK_FILE, '--json', '--database-url', app.url], {
      cwd: workspace.path,
    });
    expect(finished(result)).toMatchObject({ exitCode: 2, error: { code: 'environment-undeclared' } });
    await expectUntouched(workspace, app);
    const dry = await runCli(['run', TASK_FILE, '--json', '--dry-run', '--database-url', app.url], {
      cwd: workspace.path,
    });
    expect(finished(dry).items[0]).toMatchObject({ outcome: 'no-lab' });
    await expectUntouched(workspace, app);
  });

  test('a read-only server', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    await app.query(`ALTER DATABASE ${app.name} SET default_transaction_read_only = on`);
    expect(finished(await run(workspace.path, app.url))).toMatchObject({
      exitCode: 5,
      error: { code: 'server-read-only' },
    });
    expect(await workspace.git('status', '--porcelain')).toBe('');
  });

  test('a role that may not keep the ledger', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const role = await createRole(app, {
      grants: ['USAGE, CREATE ON SCHEMA app', 'SELECT ON ALL TABLES IN SCHEMA app'],
    });
    const result = await run(workspace.path, role.url);
    expect(finished(result)).toMatchObject({
      exitCode: 5,
      items: [],
      error: { code: 'permission-denied', hint: expect.stringContaining('GRANT') },
    });
    await expectUntouched(workspace, app);
  });

  test('a role that does not own the table', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const role = await createRole(app, {
      grants: [
        `CREATE ON DATABASE ${app.name}`,
        'USAGE, CREATE ON SCHEMA app',
        'SELECT ON ALL TABLES IN SCHEMA app',
      ],
    });
    const result = await run(workspace.path, role.url);
    expect(finished(result)).toMatchObject({
      exitCode: 5,
      items: [{ outcome: 'failed', marker: '!', reason: { code: 'permission-denied' } }],
    });
    expect(await app.query(`SELECT to_regnamespace('pitstop') AS ledger`)).toEqual([{ ledger: null }]);
  });

  test('a role that may not read the table', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const role = await createRole(app, { grants: [`CREATE ON DATABASE ${app.name}`, 'USAGE ON SCHEMA app'] });
    expect(finished(await run(workspace.path, role.url))).toMatchObject({
      exitCode: 5,
      items: [{ outcome: 'failed', reason: { code: 'permission-denied' } }],
    });
  });
});

test('a ledger that somebody else owns', async ({ app }) => {
  await app.query('CREATE SCHEMA pitstop; CREATE TABLE pitstop.migration (id integer)');
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
  const role = await createRole(app, {
    grants: [`CREATE ON DATABASE ${app.name}`, 'USAGE ON SCHEMA app', 'SELECT ON ALL TABLES IN SCHEMA app'],
  });
  expect(finished(await run(workspace.path, role.url))).toMatchObject({
    exitCode: 5,
    error: { code: 'permission-denied', hint: expect.stringContaining('SCHEMA pitstop') },
  });
});

describe('files that cannot be written', () => {
  test.for([
    ['is a file', async (workspace: Workspace) => workspace.write('docs/performance', 'not a folder')],
    [
      'leads out of the repository',
      async (workspace: Workspace) => {
        await mkdir(join(workspace.path, 'docs'));
        await symlink('/tmp', join(workspace.path, 'docs', 'performance'));
      },
    ],
  ] as const)(
    'an evidence folder that %s is noticed before anything is tried',
    async ([, prepare], { app }) => {
      const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
      await prepare(workspace);
      const result = await run(workspace.path, app.url);
      expect(finished(result)).toMatchObject({
        exitCode: 5,
        items: [],
        error: { code: expect.stringMatching(/permission-denied|write-outside/) },
      });
      expect(
        await app.query(
          `SELECT to_regclass('app.orders_customer_id_idx') AS index, to_regnamespace('pitstop') AS ledger`,
        ),
      ).toEqual([{ index: null, ledger: null }]);
    },
  );

  test('T63: a read-only task file', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    await chmod(join(workspace.path, TASK_FILE), 0o444);
    await chmod(join(workspace.path, 'tasks'), 0o555);
    const result = await run(workspace.path, app.url);
    await chmod(join(workspace.path, 'tasks'), 0o755);
    expect(finished(result)).toMatchObject({ exitCode: 5, error: { code: 'task-file-read-only' } });
    expect(await workspace.git('status', '--porcelain')).toBe('');
    expect(await app.query(`SELECT to_regnamespace('pitstop') AS ledger`)).toEqual([{ ledger: null }]);
  });

  test('a migrations folder that leads out of the repository', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)),
      'pitstop.config.json': JSON.stringify({ migrations: '../elsewhere' }),
    });
    const result = await run(workspace.path, app.url);
    expect(result.code).toBe(2);
    expect(finished(result).error).toMatchObject({ code: 'config-invalid' });
    await expectUntouched(workspace, app);
  });

  test('a configuration with mistakes names them all', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)),
      'pitstop.config.json': JSON.stringify({ environment: 'prod', mesure: {} }),
    });
    const { error } = finished(await run(workspace.path, app.url));
    expect(error).toMatchObject({ code: 'config-invalid' });
    expect(error?.message).toContain('environment');
    expect(error?.message).toContain('mesure');
  });
});

async function expectUntouched(workspace: Workspace, app: TestDatabase): Promise<void> {
  expect(await workspace.git('status', '--porcelain', '--ignored')).toBe('');
  expect(
    await app.query(
      `SELECT count(*)::int AS indexes, to_regnamespace('pitstop') AS ledger FROM pg_indexes WHERE schemaname = 'app'`,
    ),
  ).toEqual([{ indexes: 1, ledger: null }]);
}
