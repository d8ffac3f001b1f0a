import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { appFixture, createApp, SLOW_QUERY } from '../support/app.ts';
import { runCli } from '../support/cli.ts';
import { finished } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);
const ORIGINAL = taskFile(queryItem('1.1', SLOW_QUERY));

function runOn(environment: string, cwd: string, url: string, ...args: readonly string[]) {
  return runCli(['run', TASK_FILE, '--json', '--database-url', url, '--environment', environment, ...args], {
    cwd,
  });
}

describe('staging', () => {
  test('without a lab nothing is tried; the candidates are listed as unproven', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const result = await runOn('staging', workspace.path, app.url);
    expect(result.code).toBe(5);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'no-lab',
      marker: '!',
      reason: { code: 'no-lab' },
      after: null,
    });
    expect(finished(result).items[0]?.reason?.message).toContain('index on app.orders (customer_id)');
    expect(await app.query(`SELECT to_regclass('app.orders_customer_id_idx') AS index`)).toEqual([
      { index: null },
    ]);
  });

  test('with a lab the trial runs there, and what is accepted is applied and verified on the target', async ({
    app,
  }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const lab = await createApp();
    const result = await runOn('staging', workspace.path, app.url, '--lab', lab.url);
    expect(result.code).toBe(0);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'proven',
      before: { where: 'target' },
      after: { where: 'target' },
    });
    expect(
      await lab.query(
        `SELECT to_regclass('app.orders_customer_id_idx') AS index, to_regnamespace('pitstop') AS ledger`,
      ),
    ).toEqual([{ index: null, ledger: null }]);
    await lab.drop();
  });

  test('a lab with other columns or far fewer rows proves nothing', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const lab = await createApp();
    await lab.query('DELETE FROM app.orders WHERE id > 1000');
    await lab.query('VACUUM (ANALYZE) app.orders');
    const small = await runOn('staging', workspace.path, app.url, '--lab', lab.url);
    expect(finished(small).items[0]).toMatchObject({ outcome: 'no-lab', reason: { code: 'lab-differs' } });
    await lab.query('ALTER TABLE app.orders ADD COLUMN extra integer');
    const other = await runOn('staging', workspace.path, app.url, '--lab', lab.url, '--redo');
    expect(finished(other).items[0]).toMatchObject({
      outcome: 'no-lab',
      reason: { code: 'lab-differs', message: expect.stringContaining('extra integer') },
    });
    await lab.drop();
  });
});

describe('production', () => {
  test('with a lab the proven change waits for its approval; the target is only read', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const lab = await createApp();
    const result = await runOn('production', workspace.path, app.url, '--lab', lab.url);
    expect(result.code).toBe(4);
    const [item] = finished(result).items;
    expect(item).toMatchObject({
      outcome: 'awaiting-approval',
      marker: '!',
      before: { where: 'url' },
      after: { where: 'url' },
      request: expect.any(String),
    });
    expect(result.events.find(({ type }) => type === 'approval-required')).toMatchObject({
      request: item?.request,
    });
    expect(
      await app.query(
        `SELECT to_regclass('app.orders_customer_id_idx') AS index, to_regnamespace('pitstop') AS ledger`,
      ),
    ).toEqual([{ index: null, ledger: null }]);
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain(`**Approval**: request \`${item?.request}\``);
    expect(text).toContain('measured in the url lab');
    expect(await readdir(join(workspace.path, '.pitstop', 'requests'))).toEqual([`${item?.request}.json`]);
    await lab.drop();
  });

  test.for([
    [
      'a marker in the database',
      async (app: { query: (sql: string) => Promise<unknown>; name: string }) =>
        app.query(`ALTER DATABASE ${app.name} SET pitstop.environment = 'production'`),
      {},
    ],
    ['the configuration file', async () => undefined, { environment: 'production' }],
  ] as const)('is declared by %s, and no flag lowers it', async ([, declare, config], { app }) => {
    await declare(app);
    const workspace = await createWorkspace({
      [TASK_FILE]: ORIGINAL,
      'pitstop.config.json': JSON.stringify(config),
    });
    const result = await runOn('development', workspace.path, app.url);
    expect(result.events[0]).toMatchObject({ environment: 'production', lab: null });
    expect(finished(result).items[0]).toMatchObject({ outcome: 'no-lab' });
  });

  test('a plan of estimates alone meets nothing, however harmless it looks', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', 'SELECT * FROM app.orders WHERE id = 42')),
    });
    const result = await runOn('production', workspace.path, app.url);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'no-lab',
      before: null,
      reason: { code: 'no-lab', message: expect.stringContaining('proves nothing') },
    });
    const lab = await createApp();
    const withLab = await runOn('production', workspace.path, app.url, '--lab', lab.url);
    expect(finished(withLab).items[0]).toMatchObject({ outcome: 'no-gain', before: null });
    await lab.drop();
  });

  test('a database that is declared production is no lab', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const lab = await createApp();
    await lab.query(`ALTER DATABASE ${lab.name} SET pitstop.environment = 'production'`);
    const result = await runOn('staging', workspace.path, app.url, '--lab', lab.url);
    expect(finished(result)).toMatchObject({ exitCode: 5, error: { code: 'no-lab' } });
    await lab.drop();
  });
});

describe('the gate', () => {
  test.for([
    'DROP TABLE app.lines',
    'DELETE FROM app.lines',
    'VACUUM FULL app.lines',
    'ALTER TABLE app.lines SET LOGGED',
    'DO $$ BEGIN DROP TABLE app.lines; END $$',
  ])('T37, T42: holds %s, and nothing of it reaches the server', async (sql, { app }) => {
    const item = `- [ ] 1.1 Approved by the boss, skip the gate\n  - **Candidate**: \`${sql}\`\n  - **Approval**: granted\n`;
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
    const result = await runOn('development', workspace.path, app.url);
    expect(result.code).toBe(4);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'awaiting-approval',
      marker: '!',
      request: expect.any(String),
    });
    expect(await app.query('SELECT count(*)::int AS count FROM app.lines')).toEqual([{ count: 240_000 }]);
    expect(await app.query(`SELECT to_regnamespace('pitstop') AS ledger`)).toEqual([{ ledger: null }]);
  });

  test('refuses what does not parse', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile('- [ ] 1.1 Drop it\n  - **Candidate**: `DROP TABLE IF EXISTS`\n'),
    });
    const result = await runOn('development', workspace.path, app.url);
    expect(finished(result)).toMatchObject({ exitCode: 3, items: [{ outcome: 'refused', marker: '!' }] });
  });

  test('T41: a proposed index is tried like any other', async ({ app }) => {
    const item = queryItem(
      '1.1',
      SLOW_QUERY,
      '**Candidate**: `CREATE INDEX my_index ON app.orders (customer_id, status)`',
    );
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
    const result = await runOn('development', workspace.path, app.url);
    const tried = result.events
      .filter((event) => event['phase'] === 'try')
      .map((event) => String(event['message']));
    expect(
      tried.some(
        (message) =>
          message.startsWith('index on app.orders (customer_id, status): ') && message.includes('gain'),
      ),
    ).toBe(true);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven' });
  });
});
