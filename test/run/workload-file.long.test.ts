import { expect, test as base } from 'vitest';
import { appFixture, createApp } from '../support/app.ts';
import { lend } from '../support/database.ts';
import { killedAt, stepsOf } from '../support/kill.ts';
import { finished, run, runWith } from '../support/run.ts';
import { TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

const item = (...fields: readonly string[]) =>
  taskFile(
    ['- [ ] 1.1 Speed up the reports', '  - **Workload**: `queries.sql`', ...fields, ''].join('\n  - '),
  );
const BY_LINE =
  'SELECT o.id, (SELECT count(*) FROM app.lines l WHERE l.order_id = o.id) AS lines FROM app.orders o WHERE o.id <= 8';
const BY_CUSTOMER = 'SELECT id, status FROM app.orders WHERE customer_id = 1234';
const SECRET = "SELECT count(*) FROM app.lines WHERE sku = 'sku-77'";

async function evidenceOf(workspace: Workspace, path: unknown) {
  return JSON.parse(await workspace.read(String(path)));
}

test('T46, T48: a blocked one is not measured again while its file is as it was', async ({ app }) => {
  const workspace = await createWorkspace({
    [TASK_FILE]: item('**Constraint**: no new index'),
    'queries.sql': `${BY_CUSTOMER};\nSELECT 1;\n`,
  });
  const [blocked] = finished(await run(workspace.path, app.url)).items;
  expect(blocked).toMatchObject({ marker: '!', outcome: 'no-gain' });
  const evidence = await workspace.read(String(blocked?.evidence));
  const again = await run(workspace.path, app.url);
  expect(finished(again).items).toMatchObject([{ marker: '!', reason: blocked?.reason }]);
  expect(again.events.map(({ type }) => type)).not.toContain('item-started');
  expect(await workspace.read(String(blocked?.evidence))).toBe(evidence);

  await workspace.write(
    'queries.sql',
    `${BY_CUSTOMER};\nSELECT count(*) FROM app.lines l JOIN app.orders o ON o.id = l.order_id;\n`,
  );
  const changed = await run(workspace.path, app.url);
  expect(changed.events.map(({ type }) => type)).toContain('item-started');
  expect(await evidenceOf(workspace, finished(changed).items[0]?.evidence)).toMatchObject({
    workload: { line: 2 },
  });
});

test('T35, T48: of a sensitive one no literal is written', async ({ app }) => {
  const workspace = await createWorkspace({
    [TASK_FILE]: item('**Sensitive**: yes'),
    'queries.sql': `${SECRET};\nSELECT 'sku-78' FROM app.gone;\n`,
  });
  const result = await run(workspace.path, app.url);
  const [done] = finished(result).items;
  expect(done).toMatchObject({ outcome: 'proven' });
  const evidence = await workspace.read(String(done?.evidence));
  expect(JSON.parse(evidence)).toMatchObject({
    workload: { considered: [{ sql: expect.stringContaining('$1') }, { passedOver: 'not shown' }] },
  });
  const written = [
    evidence,
    result.stdout,
    await workspace.read(TASK_FILE),
    await workspace.read('.pitstop/journal.jsonl'),
  ];
  expect(written.filter((text) => /sku-7[78]/.test(text))).toEqual([]);
});

test('T48: a run that died after its change goes on with the statement that it chose', async () => {
  const begin = async () => ({
    app: await createApp(),
    workspace: await createWorkspace({
      [TASK_FILE]: item(),
      // Once the first is fast, the second takes longest.
      'queries.sql': `${BY_LINE};\n${BY_CUSTOMER};\n`,
    }),
  });
  const rehearsal = await begin();
  let steps: string[] = [];
  await lend(rehearsal.app, async ({ url }) => {
    steps = await stepsOf(rehearsal.workspace.path, (watched) =>
      runWith({ cwd: rehearsal.workspace.path, ...watched }, url),
    );
  });
  const step = steps.find((one) => one.startsWith('rename docs/'));
  expect(step).toBeDefined();
  const { app, workspace } = await begin();
  await lend(app, async ({ url }) => {
    const killed = await runWith(
      { cwd: workspace.path, ...killedAt(workspace.path, { step: step ?? '', when: 'before' }) },
      url,
    );
    expect(killed.signal).toBe('SIGKILL');
    const [done] = finished(await run(workspace.path, url)).items;
    expect(done).toMatchObject({ marker: 'x', outcome: 'proven' });
    const evidence = await evidenceOf(workspace, done?.evidence);
    expect(evidence).toMatchObject({ statement: { sql: BY_LINE }, workload: { line: 1 } });
    expect(evidence.speedup.ci95[0]).toBeGreaterThan(1.1);
  });
});

test('T48: on production, where nothing is executed, the planner chooses', async ({ app }) => {
  const workspace = await createWorkspace({
    [TASK_FILE]: item(),
    'queries.sql': `SELECT 1;\n${BY_CUSTOMER};\n`,
  });
  const [left] = finished(await run(workspace.path, app.url, '--environment', 'production')).items;
  expect(left).toMatchObject({ outcome: 'no-lab' });
  const { workload, notes } = await evidenceOf(workspace, left?.evidence);
  expect(workload).toMatchObject({ line: 2, where: null, ms: null });
  expect(notes.join()).toContain("by the planner's estimate");
});
