import { expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

test.for([
  ['**Constraint**: no new index', {}],
  ['**Budget**: 100 kB', { code: 'over-limit', message: expect.stringContaining('0.1 MB') }],
] as const)('%s: nothing larger is built, and the item says why', async ([limit, reason], { app }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY, limit)) });
  const [item] = finished(await run(workspace.path, app.url)).items;
  expect(item).toMatchObject({ outcome: 'no-gain', marker: '!', migrations: [], after: null });
  expect(item?.reason).toMatchObject(reason);
  expect(await app.query(`SELECT FROM pg_indexes WHERE tablename = 'orders'`)).toHaveLength(1);
});

test('a budget that suffices stops nothing', async ({ app }) => {
  const workspace = await createWorkspace({
    [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY, '**Budget**: 50 MB, 1 index')),
  });
  expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({ outcome: 'proven' });
});

test('on a table that the item calls write-heavy an index has to be cheap, and the numbers say that it is not', async ({
  app,
}) => {
  await app.query(`
    CREATE TABLE app.sessions (id bigint PRIMARY KEY, seen_at timestamp NOT NULL)
      WITH (fillfactor = 40, autovacuum_enabled = off);
    INSERT INTO app.sessions SELECT n, timestamp '2026-01-01' + n * interval '1 second' FROM generate_series(1, 40000) n;
    ANALYZE app.sessions`);
  const item = queryItem(
    '1.1',
    `SELECT count(*) FROM app.sessions WHERE seen_at < timestamp '2026-01-01 00:00:20'`,
    '**Note**: this table is write-heavy, thousands of updates a second',
  );
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
  const [report] = finished(await run(workspace.path, app.url)).items;
  expect(report).toMatchObject({
    outcome: 'no-gain',
    marker: '!',
    reason: { code: 'write-heavy', message: expect.stringMatching(/\d+ % .*write-heavy/) },
  });
  expect(await app.query(`SELECT FROM pg_indexes WHERE tablename = 'sessions'`)).toHaveLength(1);
  expect(JSON.parse(await workspace.read(report?.evidence ?? ''))).toMatchObject({
    writeCosts: [{ insert: { walBytesPerRow: expect.anything() } }],
  });
});

test('what an index costs writers stands under Changes', async ({ app }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
  await run(workspace.path, app.url);
  expect(await workspace.read(TASK_FILE)).toMatch(
    /\*\*Changes\*\*: index on app\.orders .*; built in .*; insert cost [+±-]\d+ % WAL/,
  );
});
