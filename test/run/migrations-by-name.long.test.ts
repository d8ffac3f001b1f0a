import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as base, vi } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { call, gatedFixture, gatedItem, gatedWorkspace, requestOf, type GatedApp } from '../support/gated.ts';
import { finished, run } from '../support/run.ts';
import { connect } from '../support/sessions.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { ENTER, runAtTerminal } from '../support/terminal.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend({ ...gatedFixture, large: appFixture.app });
const NAME = '20260101000000_amounts';
const UP = `migrations/${NAME}.up.sql`;
const DOWN = `migrations/${NAME}.down.sql`;
const INDEX = 'CREATE INDEX CONCURRENTLY lines_amount_idx ON app.lines (amount);\n';

const withMigration = (up: string, down = '') => gatedWorkspace([], { [UP]: up, [DOWN]: down });

async function named(
  workspace: Workspace,
  app: Pick<GatedApp, 'role'>,
  args: readonly string[],
  environment = 'development',
): Promise<Record<string, unknown>> {
  const { code, stdout } = await call(workspace, app.role.url, args, environment);
  const json = JSON.parse(stdout) as { migrations?: Record<string, unknown>[] };
  return { exit: code, ...(json.migrations?.[0] ?? json) };
}

async function indexOf(app: GatedApp): Promise<string | null> {
  const [row] = await app.query(`SELECT pg_get_indexdef(to_regclass('app.lines_amount_idx')) AS index`);
  return row?.['index'] as string | null;
}

describe('apply', () => {
  test('does what is allowed, once, and knows its bytes', async ({ app }) => {
    const workspace = await withMigration(INDEX);
    const applied = await named(workspace, app, ['apply', UP]);
    expect(applied).toMatchObject({
      exit: 0,
      name: NAME,
      result: 'applied',
      reason: { code: 'applied' },
      request: null,
    });
    expect(await indexOf(app)).toContain('lines_amount_idx');
    expect(await named(workspace, app, ['apply', NAME])).toMatchObject({
      exit: 0,
      result: 'applied',
      reason: { code: 'already-applied' },
    });
    await workspace.write(UP, INDEX.replace('(amount)', '(amount, sku)'));
    const changed = await named(workspace, app, ['apply', NAME]);
    expect(changed).toMatchObject({ exit: 2, code: 'migration-changed' });
    expect(changed['message']).toContain(
      `-${INDEX.trim()}\n+${INDEX.trim().replace('(amount)', '(amount, sku)')}`,
    );
    expect(await app.query('SELECT name, state FROM pitstop.migration')).toEqual([
      { name: NAME, state: 'applied' },
    ]);
  });

  test('reads nothing but the migrations folder', async ({ app }) => {
    const outside = await createWorkspace({
      'evil.up.sql': INDEX,
      'other/20260101000000_amounts.up.sql': INDEX,
    });
    const workspace = await withMigration(INDEX);
    await symlink(join(outside.path, 'evil.up.sql'), join(workspace.path, 'migrations', 'linked.up.sql'));
    for (const [given, code] of [
      ['..', 'migration-not-found'],
      ['', 'migration-not-found'],
      [`../${outside.path.split('/').at(-1)}/evil.up.sql`, 'migration-not-found'],
      [`other/${NAME}.up.sql`, 'migration-not-found'],
      [join(outside.path, 'other', `${NAME}.up.sql`), 'migration-not-found'],
      ['linked', 'write-outside'],
    ] as const) {
      const result = await named(workspace, app, ['apply', given]);
      expect({ given, ...result }).toMatchObject({ given, exit: code === 'write-outside' ? 5 : 2, code });
    }
    expect(await named(workspace, app, ['apply', 'nothing'])).toMatchObject({ candidates: [NAME, 'linked'] });
    expect(await indexOf(app)).toBeNull();
  });

  test('leaves nothing of what fails half-way, nor of what cannot be one', async ({ app }) => {
    const workspace = await withMigration(
      'ALTER TABLE app.lines ADD COLUMN half integer;\nALTER TABLE app.missing ADD COLUMN half integer;\n',
    );
    expect(await named(workspace, app, ['apply', NAME])).toMatchObject({
      exit: 3,
      result: 'failed',
      reason: { code: 'apply-failed', message: expect.stringContaining('"app.missing" does not exist') },
    });
    const columns = () =>
      app.query(`SELECT 1 FROM pg_attribute WHERE attrelid = 'app.lines'::regclass AND attname = 'half'`);
    expect(await columns()).toHaveLength(0);
    expect(await app.query('SELECT state FROM pitstop.migration')).toEqual([{ state: 'failed' }]);
    await workspace.write(UP, `ALTER TABLE app.lines ADD COLUMN half integer;\n${INDEX}`);
    expect(await named(workspace, app, ['apply', NAME])).toMatchObject({ exit: 2, code: 'migration-mixed' });
    await workspace.write(UP, 'COMMIT; DROP TABLE app.lines;\n');
    expect(await named(workspace, app, ['apply', NAME])).toMatchObject({ exit: 3, result: 'refused' });
    await workspace.write(UP, 'ALTER TABLE app.lines ADD COLUMN half integer;\n');
    expect(await named(workspace, app, ['apply', NAME])).toMatchObject({ exit: 0, result: 'applied' });
    expect(await columns()).toHaveLength(1);

    expect(await named(workspace, app, ['revert', NAME])).toMatchObject({
      exit: 2,
      code: 'migration-irreversible',
    });
    expect(await named(workspace, app, ['revert', 'never'])).toMatchObject({
      exit: 2,
      code: 'migration-not-applied',
    });
  });

  test('names what to look for after a rebuild that was cut short, and tries it again', async ({ app }) => {
    const workspace = await withMigration('REINDEX INDEX CONCURRENTLY app.lines_sku_idx;\n');
    const holder = await connect(app);
    await holder.query('BEGIN');
    await holder.query('SELECT count(*) FROM app.lines');
    const [cut] = await Promise.all([named(workspace, app, ['apply', NAME]), cancelWhenWaiting(app)]);
    await holder.end();
    expect(cut).toMatchObject({ exit: 3, result: 'failed', reason: { code: 'needs-repair' } });
    expect((cut['reason'] as { message: string }).message).toContain('_ccnew');
    expect(await app.query('SELECT state FROM pitstop.migration')).toEqual([{ state: 'needs-repair' }]);
    const invalid = 'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid';
    const [left] = await app.query(invalid);
    expect(left?.['name']).toMatch(/_cc(?:new|old)$/);
    await app.query(`DROP INDEX ${left?.['name']}`);
    expect(await named(workspace, app, ['apply', NAME])).toMatchObject({ exit: 0, result: 'applied' });
    expect(await app.query(invalid)).toEqual([]);
  });
});

/** Cancels what pitstop applies, once it waits for somebody. */
async function cancelWhenWaiting(app: GatedApp): Promise<void> {
  await vi.waitFor(
    async () => {
      const cancelled = await app.query(
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'pitstop apply' AND wait_event_type = 'Lock'`,
      );
      expect(cancelled).toHaveLength(1);
    },
    { timeout: 30_000, interval: 50 },
  );
}

test('an item whose change was cut short says so, and what to do', async ({ app }) => {
  await app.query(`
    CREATE TABLE app.parts (id integer) PARTITION BY RANGE (id);
    CREATE TABLE app.part PARTITION OF app.parts FOR VALUES FROM (0) TO (10);
    ALTER TABLE app.parts OWNER TO ${app.role.name};
    ALTER TABLE app.part OWNER TO ${app.role.name}`);
  const workspace = await gatedWorkspace([
    gatedItem('1.1', 'ALTER TABLE app.parts DETACH PARTITION app.part CONCURRENTLY'),
  ]);
  const id = await requestOf(workspace, app.role.url, '1.1');
  const holder = await connect(app);
  await holder.query('BEGIN');
  await holder.query('SELECT count(*) FROM app.parts');
  const [cut] = await Promise.all([
    runAtTerminal(['approve', id, '--database-url', app.role.url, '--environment', 'development'], {
      cwd: workspace.path,
      answers: [(screen) => `${/Type (.*) to approve/.exec(screen)?.[1]}${ENTER}`],
    }),
    cancelWhenWaiting(app),
  ]);
  await holder.end();
  expect({ is: cut.code, shown: cut.screen }).toMatchObject({ is: 3 });
  expect(await workspace.read(TASK_FILE)).toMatch(/^- \[!\] 1\.1[^]*FINALIZE[^]*needs-repair/m);
  expect(await app.query('SELECT inhdetachpending AS pending FROM pg_inherits')).toEqual([{ pending: true }]);
});

describe('revert', () => {
  test('removes what pitstop built without asking, on production only with an approval', async ({ app }) => {
    const workspace = await withMigration(INDEX, 'DROP INDEX CONCURRENTLY app.lines_amount_idx;\n');
    await named(workspace, app, ['apply', NAME]);
    expect(await named(workspace, app, ['revert', NAME], 'production')).toMatchObject({
      exit: 4,
      result: 'awaiting-approval',
      request: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(await indexOf(app)).not.toBeNull();
    expect(await named(workspace, app, ['revert', NAME])).toMatchObject({
      exit: 0,
      result: 'reverted',
      request: null,
    });
    expect(await indexOf(app)).toBeNull();
    expect(await named(workspace, app, ['revert', NAME])).toMatchObject({
      exit: 0,
      reason: { code: 'already-reverted' },
    });
    expect(await named(workspace, app, ['apply', NAME])).toMatchObject({ exit: 0, result: 'applied' });

    await app.query(
      'DROP INDEX app.lines_amount_idx; CREATE INDEX lines_amount_idx ON app.lines (amount, sku)',
    );
    expect(await named(workspace, app, ['revert', NAME])).toMatchObject({
      exit: 3,
      result: 'failed',
      reason: { code: 'index-replaced' },
    });
    expect(await indexOf(app)).toContain('(amount, sku)');
  });

  test('of anything else runs the down file, through the gate', async ({ app }) => {
    const workspace = await withMigration(
      'ALTER TABLE app.lines ADD COLUMN remark text;\n',
      'ALTER TABLE app.lines DROP COLUMN remark;\n',
    );
    await named(workspace, app, ['apply', NAME]);
    const asked = await named(workspace, app, ['revert', NAME]);
    expect(asked).toMatchObject({ exit: 4, statements: ['ALTER TABLE app.lines DROP COLUMN remark'] });
    const id = String(asked['request']);
    const typed = await runAtTerminal(
      ['approve', id, '--database-url', app.role.url, '--environment', 'development'],
      { cwd: workspace.path, answers: [`app.lines ${id.slice(0, 8)}${ENTER}`] },
    );
    expect({ is: typed.code, shown: typed.screen }).toMatchObject({ is: 0 });
    expect(
      await app.query(
        `SELECT 1 FROM pg_attribute WHERE attrelid = 'app.lines'::regclass AND attname = 'remark'`,
      ),
    ).toHaveLength(0);
    expect(await app.query('SELECT state FROM pitstop.migration ORDER BY id')).toEqual([
      { state: 'reverted' },
      { state: 'applied' },
    ]);
  });
});

test('what --no-apply handed over and somebody applied by name is verified by the next run', async ({
  large: app,
}) => {
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
  const handedOver = await run(workspace.path, app.url, '--no-apply');
  const [item] = finished(handedOver).items;
  expect(item).toMatchObject({ outcome: 'handed-over', marker: '!' });
  const applied = await call(workspace, app.url, ['apply', item?.migrations[0] ?? '']);
  expect({ is: applied.code, shown: applied.stdout }).toMatchObject({ is: 0 });
  const verified = await run(workspace.path, app.url);
  expect(finished(verified).items[0]).toMatchObject({
    outcome: 'proven',
    marker: 'x',
    migrations: item?.migrations,
  });
  expect(await workspace.read(TASK_FILE)).toMatch(/^- \[x\] 1\.1[^]*\*\*After\*\*/m);
});
