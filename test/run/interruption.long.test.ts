import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import type { TestDatabase } from '../support/database.ts';
import { connect } from '../support/sessions.ts';
import { finished, run, runWith } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);
const ORIGINAL = taskFile(queryItem('1.1', SLOW_QUERY));

/** Sends a signal at the first progress line that says this. */
const at = (text: string, signal: NodeJS.Signals) => (line: string) =>
  line.includes(text) ? signal : undefined;
const TRYING = 'building and measuring';
/** Said while a concurrent build waits for the snapshot that the test holds. */
const APPLYING = 'waiting for old snapshots: waiting for';

/** A snapshot that a concurrent build has to wait for. */
async function holdSnapshot(app: TestDatabase) {
  const session = await connect(app);
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await session.query('SELECT 1');
  return session;
}

async function indexState(app: TestDatabase) {
  return app.query(
    `SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = 'app.orders'::regclass AND NOT i.indisprimary`,
  );
}

describe('kill -9', () => {
  test('T45, T58: during the trial leaves nothing; the next run starts the item again', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const killed = await runWith({ cwd: workspace.path, killAfter: at(TRYING, 'SIGKILL') }, app.url);
    expect(killed.signal).toBe('SIGKILL');
    expect(await workspace.read(TASK_FILE)).toBe(ORIGINAL.replace('[ ]', '[~]'));
    expect(await workspace.git('status', '--porcelain')).toBe(` M ${TASK_FILE}\n`);

    const next = await run(workspace.path, app.url);
    expect(finished(next).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
    expect(await indexState(app)).toEqual([{ name: 'orders_customer_id_idx', valid: true }]);
  });

  test('during the concurrent build: the next run waits for the server, then verifies and records', async ({
    app,
  }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const snapshot = await holdSnapshot(app);
    const killed = await runWith({ cwd: workspace.path, killAfter: at(APPLYING, 'SIGKILL') }, app.url);
    expect(killed.signal).toBe('SIGKILL');
    const migrations = await workspace.git('status', '--porcelain', '--untracked-files=all');
    expect(migrations).toContain('orders_customer_id_idx.up.sql');

    const next = await runWith(
      {
        cwd: workspace.path,
        killAfter: (line) => {
          if (line.includes('still works on it')) void snapshot.query('COMMIT');
          return undefined;
        },
      },
      app.url,
    );
    await snapshot.end();
    expect(finished(next).items[0]).toMatchObject({
      outcome: 'proven',
      marker: 'x',
      before: { where: 'target' },
      after: { where: 'target' },
    });
    expect(await app.query('SELECT state FROM pitstop.migration')).toEqual([{ state: 'applied' }]);
    expect(await workspace.read(TASK_FILE)).toContain('**Before**');
    const again = await workspace.git('status', '--porcelain', '--untracked-files=all');
    expect(again.match(/\.up\.sql/g)).toHaveLength(1);
  });

  test('of runner and server process during the build: the half-built index is removed and built anew', async ({
    app,
  }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const snapshot = await holdSnapshot(app);
    await runWith({ cwd: workspace.path, killAfter: at(APPLYING, 'SIGKILL') }, app.url);
    await expect.poll(() => indexState(app)).toEqual([{ name: 'orders_customer_id_idx', valid: false }]);
    await app.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pitstop apply'`,
    );
    await snapshot.query('COMMIT');
    await snapshot.end();

    const next = await run(workspace.path, app.url);
    expect(next.stderr).toContain('left half-built by an earlier run and was removed');
    expect(finished(next).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
    expect(await indexState(app)).toEqual([{ name: 'orders_customer_id_idx', valid: true }]);
    expect(await app.query('SELECT state FROM pitstop.migration ORDER BY id')).toEqual([
      { state: 'failed' },
      { state: 'applied' },
    ]);
    const files = await workspace.git('status', '--porcelain', '--untracked-files=all');
    expect(files.match(/\.up\.sql/g)).toHaveLength(1);
  });
});

describe('a signal', () => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s during the trial puts everything back', async ([signal, code], { app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const result = await runWith({ cwd: workspace.path, killAfter: at(TRYING, signal) }, app.url);
    expect(result.code).toBe(code);
    expect(finished(result)).toMatchObject({ type: 'run-finished', exitCode: code, error: null });
    expect(await workspace.read(TASK_FILE)).toBe(ORIGINAL);
    expect(await indexState(app)).toEqual([]);
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({ outcome: 'proven' });
  });

  test('during the concurrent build removes what was begun', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const snapshot = await holdSnapshot(app);
    const result = await runWith({ cwd: workspace.path, killAfter: at(APPLYING, 'SIGINT') }, app.url);
    await snapshot.query('COMMIT');
    await snapshot.end();
    expect(result.code).toBe(130);
    expect(await indexState(app)).toEqual([]);
    expect(await workspace.read(TASK_FILE)).toBe(ORIGINAL);
    expect(await workspace.git('status', '--porcelain')).toBe('');
    expect(await app.query('SELECT state FROM pitstop.migration')).toEqual([{ state: 'failed' }]);
  });
});

test('a signal during the verification leaves the item begun, and the next run goes on from there', async ({
  app,
}) => {
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  const result = await runWith(
    { cwd: workspace.path, killAfter: at('measuring on the target', 'SIGINT') },
    app.url,
  );
  expect(result.code).toBe(130);
  expect(await workspace.read(TASK_FILE)).toBe(ORIGINAL.replace('[ ]', '[~]'));
  expect(await indexState(app)).toEqual([{ name: 'orders_customer_id_idx', valid: true }]);
  const next = await run(workspace.path, app.url);
  expect(finished(next).items[0]).toMatchObject({
    outcome: 'proven',
    marker: 'x',
    before: { where: 'target' },
  });
  expect(await app.query('SELECT state FROM pitstop.migration')).toEqual([{ state: 'applied' }]);
});

describe('what was handed over', () => {
  test('survives an interrupted apply, and is applied under its name by the next run', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    await run(workspace.path, app.url, '--no-apply');
    await workspace.git('add', '--all');
    await workspace.git('commit', '-qm', 'Proven, not applied');
    const snapshot = await holdSnapshot(app);
    await runWith({ cwd: workspace.path, killAfter: at(APPLYING, 'SIGINT') }, app.url);
    await snapshot.query('COMMIT');
    await snapshot.end();
    expect(await workspace.git('status', '--porcelain')).toBe('');
    const next = await run(workspace.path, app.url);
    expect(finished(next).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
    const rows = await app.query('SELECT name, state FROM pitstop.migration ORDER BY id');
    expect(rows.map(({ state }) => state)).toEqual(['failed', 'applied']);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(1);
  });
});

describe('a change of two migrations', () => {
  test('whose second one fails leaves neither', async ({ app }) => {
    await app.query('ALTER TABLE app.orders DROP CONSTRAINT orders_pkey');
    const query =
      'SELECT o.id, l.sku FROM app.orders o JOIN app.lines l ON l.order_id = o.id WHERE o.customer_id = 7';
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query)) });
    const killer = await connect(app);
    let applied = 0;
    const result = await runWith(
      {
        cwd: workspace.path,
        killAfter: (line, stream) => {
          // The second build finds its name taken by somebody else's index.
          if (stream === 'stdout' && line.includes('"phase":"apply"')) {
            applied += 1;
            if (applied === 1)
              void killer.query(
                'CREATE INDEX lines_order_id_idx ON app.lines (sku); CREATE INDEX orders_customer_id_id_idx ON app.orders (id)',
              );
          }
          return undefined;
        },
      },
      app.url,
    );
    await killer.query('DROP INDEX IF EXISTS app.lines_order_id_idx, app.orders_customer_id_id_idx');
    await killer.end();
    const [item] = finished(result).items;
    expect(item).toMatchObject({
      outcome: 'failed',
      marker: '!',
      reason: { code: 'apply-failed' },
      migrations: [],
      after: null,
    });
    expect(await app.query(`SELECT count(*)::int AS count FROM pg_indexes WHERE schemaname = 'app'`)).toEqual(
      [{ count: 0 }],
    );
    expect(await workspace.read(TASK_FILE)).not.toContain('**After**');
    expect(await workspace.git('status', '--porcelain', '--', 'migrations')).toBe('');
  });
});

describe('the server', () => {
  test('that goes away in the middle ends the run; the item is marked and tried again', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY), queryItem('1.2', 'SELECT 1')),
    });
    const killer = await connect(app);
    const result = await runWith(
      {
        cwd: workspace.path,
        killAfter: (line) => {
          if (line.includes(TRYING)) {
            void killer.query(
              `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'pitstop %'`,
            );
          }
          return undefined;
        },
      },
      app.url,
    );
    await killer.end();
    expect(result.code).toBe(5);
    expect(finished(result).items.map(({ outcome, reason }) => [outcome, reason?.code])).toEqual([
      ['failed', 'connection-lost'],
      [null, 'not-started'],
    ]);
    expect(await workspace.read(TASK_FILE)).toContain('- [!] 1.1');
    expect(await workspace.read(TASK_FILE)).toContain('- [ ] 1.2');
    expect(await indexState(app)).toEqual([]);
    const next = await run(workspace.path, app.url);
    expect(finished(next).items.map(({ outcome }) => outcome)).toEqual(['proven', 'already-met']);
  });
});
