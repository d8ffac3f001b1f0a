import { describe, expect, test as base } from 'vitest';
import { appFixture } from '../support/app.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

/** Reads the whole table; its rewrite descends the primary key. */
const SLOW = 'SELECT id, note FROM app.orders WHERE id + 1 = 500';
const FAST = 'SELECT id, note FROM app.orders WHERE id = 499';
const NO_INDEX = '**Constraint**: no new index';
const SOURCE = `export const byNumber = () => query('${SLOW}');\n`;
const inFile = (path: string) =>
  taskFile(`- [ ] 1.1 Speed it up\n  - **File**: \`${path}\`\n  - ${NO_INDEX}\n`);

describe('a rewrite', () => {
  test('H1, H2: is handed over with its text, and recognised where somebody has adopted it', async ({
    app,
  }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW, NO_INDEX)) });
    const [item] = finished(await run(workspace.path, app.url)).items;
    expect(item).toMatchObject({
      outcome: 'handed-over',
      marker: '!',
      reason: { code: 'adopt-rewrite' },
      rewrite: FAST,
      session: null,
      migrations: [],
      rows: 'same',
    });
    const text = await workspace.read(TASK_FILE);
    expect(text).toMatch(/\*\*Changes\*\*: rewrite \(.+\n\s+```sql\n\s+SELECT id, note FROM app\.orders/);

    await workspace.write(TASK_FILE, text.replace(SLOW, FAST.replace('SELECT', 'select ')));
    const [adopted] = finished(await run(workspace.path, app.url)).items;
    expect(adopted).toMatchObject({ outcome: 'proven', marker: 'x', reason: { code: 'adopted' } });
  });

  test('H1: is handed over with --no-apply too, and nothing else is', async ({ app }) => {
    const workspace = await createWorkspace({
      'src/database/orders.ts': SOURCE,
      [TASK_FILE]: inFile('src/database/orders.ts'),
    });
    const [item] = finished(await run(workspace.path, app.url, '--no-apply')).items;
    expect(item).toMatchObject({ outcome: 'handed-over', reason: { code: 'adopt-rewrite' }, rewrite: FAST });
    expect(await workspace.read('src/database/orders.ts')).toBe(SOURCE);
  });

  test('H3: takes the place of the statement in a file of a folder that is named for it', async ({ app }) => {
    const workspace = await createWorkspace({
      'src/database/orders.ts': SOURCE,
      [TASK_FILE]: inFile('src/database/orders.ts'),
    });
    const [item] = finished(await run(workspace.path, app.url)).items;
    expect(item).toMatchObject({ outcome: 'proven', marker: 'x', rewrite: FAST });
    expect(item?.['files']).toContain('src/database/orders.ts');
    expect(await workspace.read('src/database/orders.ts')).toBe(SOURCE.replace(SLOW, FAST));
  });

  test('H3: is left to a person in any other file', async ({ app }) => {
    const workspace = await createWorkspace({
      'src/orders.ts': SOURCE,
      [TASK_FILE]: inFile('src/orders.ts'),
    });
    const [item] = finished(await run(workspace.path, app.url)).items;
    expect(item).toMatchObject({ outcome: 'handed-over', reason: { code: 'adopt-rewrite' } });
    expect(await workspace.read('src/orders.ts')).toBe(SOURCE);
  });
});

test('H1, H2: a setting is handed over, and recognised once the database has it', async ({ app }) => {
  await app.query(`ALTER DATABASE ${app.name} SET enable_indexscan = off`);
  await app.query(`ALTER DATABASE ${app.name} SET enable_bitmapscan = off`);
  const sql = 'SELECT id, note FROM app.orders WHERE id = 499';
  const candidate = '**Candidate**: `SET enable_indexscan = on`';
  const workspace = await createWorkspace({
    [TASK_FILE]: taskFile(queryItem('1.1', sql, NO_INDEX, candidate)),
  });
  const [item] = finished(await run(workspace.path, app.url)).items;
  expect(item).toMatchObject({
    outcome: 'handed-over',
    reason: { code: 'adopt-setting', message: expect.stringContaining(`SET LOCAL enable_indexscan = 'on'`) },
    session: { enable_indexscan: 'on' },
  });
  expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({ outcome: 'handed-over' });

  await app.query(`ALTER DATABASE ${app.name} SET enable_indexscan = on`);
  const [later] = finished(await run(workspace.path, app.url)).items;
  expect(later).toMatchObject({ outcome: 'proven', marker: 'x', reason: { code: 'adopted' } });
});
