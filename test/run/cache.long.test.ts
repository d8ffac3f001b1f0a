import { expect, test as base } from 'vitest';
import { appFixture } from '../support/app.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { THOROUGH } from '../support/thorough.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

/** No index can hold what a parameter decides, and all rows are looked at. */
const REPORT =
  'SELECT status, count(*) AS orders, max(length(note)) AS longest FROM app.orders WHERE (id % $1 = 0) IS NOT TRUE GROUP BY status';
const OLD = 'The numbers may be 5 minutes old.';
const QUICK = { 'pitstop.config.json': JSON.stringify({ measure: { budgetMs: 1_000 } }) };

async function workspaceWith(...items: readonly string[]): Promise<Workspace> {
  return createWorkspace({ ...QUICK, [TASK_FILE]: taskFile(...items) });
}

const remark = (text: string) => `**Note**: ${text}`;

test('H6: where nothing exact helps and an older result will do, the application is to keep it', async ({
  app,
}) => {
  const workspace = await workspaceWith(
    queryItem('1.1', REPORT, '**Params**: `[7]`, `[9]`', remark(OLD)),
    queryItem('1.2', REPORT, '**Params**: `[7]`'),
  );
  const [kept, other] = finished(await run(workspace.path, app.url)).items;
  expect(kept).toMatchObject({
    outcome: 'handed-over',
    marker: '!',
    reason: {
      code: 'adopt-cache',
      message: expect.stringMatching(/may be 300 s old: .* keep it, for 300 s, by the value of \$1/),
    },
    rewrite: null,
    session: null,
    migrations: [],
    after: null,
    speedup: null,
  });
  const evidence = JSON.parse(await workspace.read(String(kept?.evidence)));
  expect(evidence.cache).toMatchObject({
    ttlSeconds: 300,
    parameters: ['$1'],
    rows: 4,
    counted: null,
    keys: null,
    saving: null,
  });
  // Four rows of a status of three or four letters, a count of six digits and a length of two.
  expect(evidence.cache.bytes).toBeGreaterThan(40);
  expect(evidence.cache.bytes).toBeLessThan(60);
  expect(evidence.before.medianMs).toBeGreaterThan(0);
  const text = await workspace.read(TASK_FILE);
  expect(text).toMatch(
    /\*\*Changes\*\*: the result kept by the application, for 300 s, by the value of \$1; 4 rows,/,
  );
  expect(text).toContain('is not computed');
  expect(text).not.toContain('**After**');
  expect(other).toMatchObject({ outcome: 'no-gain' });
  expect(other?.reason?.code).not.toBe('adopt-cache');

  const again = await run(workspace.path, app.url);
  expect(finished(again).items).toMatchObject([
    { marker: '!', reason: { code: 'adopt-cache' } },
    { marker: '!' },
  ]);
  expect(await workspace.read(TASK_FILE)).toBe(text);
});

test('H6: a materialized view that wins goes before', async ({ app }) => {
  const report =
    'SELECT status, count(*) AS orders, max(length(note)) AS longest FROM app.orders GROUP BY status';
  const workspace = await workspaceWith(queryItem('1.1', report, remark(OLD)));
  const [kept] = finished(await run(workspace.path, app.url)).items;
  expect(kept).toMatchObject({ outcome: 'handed-over', reason: { code: 'adopt-rewrite' } });
  expect(kept?.migrations).toHaveLength(1);
});

test.skipIf(!THOROUGH)('H6: what is not to be kept is not, and the item says why', async ({ app }) => {
  await app.query(`
    CREATE VIEW app.recent AS SELECT * FROM app.orders WHERE created_at < now();
    CREATE TABLE app.own (LIKE app.orders INCLUDING ALL);
    INSERT INTO app.own SELECT * FROM app.orders;
    ALTER TABLE app.own ENABLE ROW LEVEL SECURITY;
    ANALYZE app.own;
    CREATE FUNCTION app.word(n bigint) RETURNS text LANGUAGE sql STABLE RETURN 'w' || n;`);
  const cases: readonly (readonly [sql: string, why: RegExp, ...fields: string[]])[] = [
    [REPORT.replace('GROUP BY', 'AND created_at < now() GROUP BY'), /more than the data: now\(\)$/],
    [REPORT.replace('app.orders', 'app.recent'), /now\(\) in the view app\.recent$/],
    [REPORT.replace('app.orders', 'app.own'), /app\.own has row security$/],
    [REPORT.replace('length(note)', 'length(app.word(id))'), /app\.word\(\)$/],
    ['SELECT id, note FROM app.orders WHERE (id % $1 = 0) IS NOT TRUE', /it has [\d.]+ MB$/],
    [REPORT, /^(?!.*keeping the result)/, '**Sensitive**: yes'],
  ];
  const items = cases.map(([sql, , ...fields], at) =>
    queryItem(`1.${at}`, sql, '**Params**: `[7]`', remark(OLD), ...fields),
  );
  const workspace = await workspaceWith(...items);
  const done = finished(await run(workspace.path, app.url)).items;
  expect(done).toEqual(
    cases.map(([, why]) =>
      expect.objectContaining({
        outcome: 'no-gain',
        marker: '!',
        reason: expect.objectContaining({ message: expect.stringMatching(why) }),
      }),
    ),
  );
});
