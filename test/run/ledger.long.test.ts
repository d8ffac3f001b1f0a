import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);
const ORIGINAL = taskFile(
  queryItem('1.1', SLOW_QUERY),
  queryItem('1.2', 'SELECT sku FROM app.lines WHERE order_id = 4711'),
);

/** As version 1 made it, with a row that it left. */
const VERSION_1 = `
  CREATE SCHEMA pitstop;
  CREATE TABLE pitstop.ledger (version integer NOT NULL PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT clock_timestamp());
  INSERT INTO pitstop.ledger (version) VALUES (1);
  CREATE TABLE pitstop.migration (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, up_sha256 text NOT NULL,
    task_file text NOT NULL, item text NOT NULL, environment text NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'applied', 'failed', 'reverted')),
    intent jsonb NOT NULL, backend_pid integer NOT NULL, backend_start timestamptz NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(), finished_at timestamptz, error text);
  INSERT INTO pitstop.migration (name, up_sha256, task_file, item, environment, state, intent, backend_pid, backend_start)
  VALUES ('20261101000000_lines_sku_idx', repeat('a', 64), 'tasks/old.md', '9', 'development', 'running',
          '[{"schema": "app", "table": "lines", "name": "lines_sku_idx", "keys": [{"column": "sku", "descending": false, "nullsFirst": false}]}]',
          1, '2026-11-01'::timestamptz);
  CREATE INDEX lines_sku_idx ON app.lines (sku);`;

test('a ledger of version 1 is brought up to date, and what it left is settled', async ({ app }) => {
  await app.query(VERSION_1);
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  expect(finished(await run(workspace.path, app.url)).exitCode).toBe(0);
  expect(await app.query('SELECT max(version) AS version FROM pitstop.ledger')).toEqual([{ version: 2 }]);
  const rows = await app.query('SELECT name, state FROM pitstop.migration ORDER BY id');
  expect(rows[0]).toEqual({ name: '20261101000000_lines_sku_idx', state: 'applied' });
  expect(rows.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
});

describe('L9: a ledger that somebody has rewritten', () => {
  test.for([
    ['a row with other bytes', `UPDATE pitstop.migration SET up_sha256 = repeat('0', 64) WHERE id = 1`],
    ['a row that is gone', 'DELETE FROM pitstop.migration WHERE id = 1'],
    ['a row with another name', `UPDATE pitstop.migration SET name = 'other' WHERE id = 2`],
  ] as const)('is not added to: %s', async ([, change], { app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    await run(workspace.path, app.url);
    await app.query(change);
    const result = await run(workspace.path, app.url, '--redo');
    expect(finished(result)).toMatchObject({ exitCode: 5, error: { code: 'ledger-changed' } });
  });
});

test('L9: a migration file that is not what was applied ends the run, and says what differs', async ({
  app,
}) => {
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  const [item] = finished(await run(workspace.path, app.url)).items;
  const path = item?.migrations[0] ?? '';
  await workspace.write(
    path,
    (await workspace.read(path)).replace('CONCURRENTLY', 'CONCURRENTLY IF NOT EXISTS'),
  );
  const result = await run(workspace.path, app.url, '--redo');
  expect(finished(result)).toMatchObject({ exitCode: 2, error: { code: 'migration-changed' } });
  expect(finished(result).error?.message).toContain('+CREATE INDEX CONCURRENTLY IF NOT EXISTS');
});

test('a ledger of a later version is left alone', async ({ app }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  await run(workspace.path, app.url, '--item', '1.1');
  await app.query('INSERT INTO pitstop.ledger (version) VALUES (99)');
  const result = await run(workspace.path, app.url);
  expect(finished(result)).toMatchObject({ exitCode: 5, error: { code: 'ledger-unreadable' } });
});
