import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { runCli } from '../support/cli.ts';
import type { TestDatabase } from '../support/database.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

async function done(app: TestDatabase) {
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
  const [item] = finished(await run(workspace.path, app.url)).items;
  expect(item).toMatchObject({ outcome: 'proven' });
  return { workspace, up: item?.migrations[0] ?? '' };
}

async function driftOf(workspace: Workspace, app: TestDatabase): Promise<string[]> {
  const result = await runCli(['status', '--json', '--database-url', app.url], { cwd: workspace.path });
  expect(result.code).toBe(0);
  const { drift } = JSON.parse(result.stdout) as { drift: { message: string }[] };
  return drift.map(({ message }) => message);
}

test('status says where ledger, files and database have come apart', async ({ app }) => {
  const { workspace, up } = await done(app);
  expect(await driftOf(workspace, app)).toEqual([]);

  const text = await workspace.read(up);
  await workspace.write(up, `${text}-- later\n`);
  expect(await driftOf(workspace, app)).toEqual([`${up} is not what was applied`]);
  await rm(join(workspace.path, up));
  expect(await driftOf(workspace, app)).toEqual([`${up} is missing`]);
  await workspace.write(up, text);

  await app.query('DROP INDEX app.orders_customer_id_idx');
  expect(await driftOf(workspace, app)).toEqual(['its index app.orders_customer_id_idx is gone']);
  await app.query('CREATE INDEX orders_customer_id_idx ON app.orders (customer_id)');
  expect(await driftOf(workspace, app)).toEqual([
    'app.orders_customer_id_idx is not the index any more that it built',
  ]);

  await app.query('DROP SCHEMA pitstop CASCADE');
  expect(await driftOf(workspace, app)).toEqual([
    'the item is done, and the ledger has its migration not at all',
  ]);
});

test('status without a database URL asks no database', async ({ app }) => {
  const { workspace } = await done(app);
  const result = await runCli(['status', '--json'], {
    cwd: workspace.path,
    env: { DATABASE_URL: 'postgres://nobody@localhost:1/none' },
  });
  expect(JSON.parse(result.stdout)).toMatchObject({ drift: null });
});
