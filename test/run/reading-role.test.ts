import { describe, expect, test as base } from 'vitest';
import { appFixture, createApp, SLOW_QUERY } from '../support/app.ts';
import { finished, run } from '../support/run.ts';
import { createRole } from '../support/roles.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);
const ORIGINAL = taskFile(queryItem('1.1', SLOW_QUERY));
const READS = ['USAGE ON SCHEMA app', 'SELECT ON ALL TABLES IN SCHEMA app'];

describe('readDatabaseUrl', () => {
  test('measures as the reading role, and applies as the working one', async ({ app }) => {
    const reader = await createRole(app, { grants: READS });
    const workspace = await createWorkspace({
      [TASK_FILE]: ORIGINAL,
      'pitstop.config.json': JSON.stringify({ readDatabaseUrl: reader.url }),
    });
    const result = await run(workspace.path, app.url);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
    expect(result.stdout + result.stderr).not.toContain(reader.password);
  });

  test('a statement that the reading role may not read ends its item', async ({ app }) => {
    const reader = await createRole(app, { grants: ['USAGE ON SCHEMA app'] });
    const workspace = await createWorkspace({
      [TASK_FILE]: ORIGINAL,
      'pitstop.config.json': JSON.stringify({ readDatabaseUrl: reader.url }),
    });
    const result = await run(workspace.path, app.url);
    expect(result.code).toBe(5);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'failed',
      reason: { code: 'permission-denied' },
    });
  });

  test('names mean what they mean to the working role', async ({ app }) => {
    const reader = await createRole(app, { grants: READS });
    await app.query(`ALTER ROLE ${reader.name} IN DATABASE ${app.name} SET search_path = decoy`);
    await app.query(`ALTER DATABASE ${app.name} SET search_path = app`);
    const query = 'SELECT id, status FROM orders WHERE customer_id = 1234';
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query)),
      'pitstop.config.json': JSON.stringify({ readDatabaseUrl: reader.url }),
    });
    const result = await run(workspace.path, app.url);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
  });

  test('another database is none', async ({ app }) => {
    const other = await createApp();
    const workspace = await createWorkspace({
      [TASK_FILE]: ORIGINAL,
      'pitstop.config.json': JSON.stringify({ readDatabaseUrl: other.url }),
    });
    const result = await run(workspace.path, app.url);
    expect(finished(result)).toMatchObject({ exitCode: 2, error: { code: 'config-invalid' } });
    await other.drop();
  });
});
