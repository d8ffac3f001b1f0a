import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { finished, run, runWith } from '../support/run.ts';
import { connect } from '../support/sessions.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);
const ORIGINAL = taskFile(queryItem('1.1', SLOW_QUERY));
const IMPATIENT = { 'pitstop.config.json': JSON.stringify({ trial: { patienceMs: 1500 } }) };

describe('other sessions', () => {
  test('that hold a lock are named when patience ends; the item is tried again by the next run', async ({
    app,
  }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL, ...IMPATIENT });
    const holder = await connect(app);
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE app.orders IN ROW EXCLUSIVE MODE');
    const blocked = await run(workspace.path, app.url);
    expect(blocked.code).toBe(3);
    expect(finished(blocked).items[0]).toMatchObject({
      outcome: 'failed',
      marker: '!',
      reason: { code: 'lock-timeout' },
    });
    expect(finished(blocked).items[0]?.reason?.message).toContain('somebody else');
    await holder.query('COMMIT');
    await holder.end();
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      outcome: 'proven',
      marker: 'x',
    });
  });

  test('that hold an old snapshot make an index useless in its own transaction, which is not taken for no gain', async ({
    app,
  }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL, ...IMPATIENT });
    // Room on the pages, so that updates stay on theirs and leave chains which an index on the column would break.
    await app.query(`ALTER TABLE app.orders SET (fillfactor = 50)`);
    await app.query('VACUUM FULL app.orders');
    await app.query('ANALYZE app.orders');
    const holder = await connect(app);
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await holder.query('SELECT count(*) FROM app.orders');
    await app.query('UPDATE app.orders SET customer_id = customer_id + 1 WHERE id <= 5');
    const blocked = await run(workspace.path, app.url);
    expect(finished(blocked).items[0]).toMatchObject({
      outcome: 'failed',
      marker: '!',
      reason: { code: 'old-snapshot' },
    });
    await holder.query('COMMIT');
    await holder.end();
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      outcome: 'proven',
      marker: 'x',
    });
  });

  test('of a second runner: one at a time on a database', async ({ app }) => {
    const [first, second] = [
      await createWorkspace({ [TASK_FILE]: ORIGINAL, ...IMPATIENT }),
      await createWorkspace({ [TASK_FILE]: ORIGINAL, ...IMPATIENT }),
    ];
    const snapshot = await connect(app);
    await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await snapshot.query('SELECT 1');
    let busy: Promise<Awaited<ReturnType<typeof run>>> | undefined;
    const runThenRelease = async () => {
      const result = await run(second.path, app.url);
      await snapshot.query('COMMIT');
      return result;
    };
    const working = await runWith(
      {
        cwd: first.path,
        killAfter: (line) => {
          if (line.includes('waiting for old snapshots')) busy ??= runThenRelease();
          return undefined;
        },
      },
      app.url,
    );
    await snapshot.end();
    expect(finished(await busy!)).toMatchObject({ exitCode: 5, error: { code: 'runner-busy' } });
    expect(await second.read(TASK_FILE)).toBe(ORIGINAL);
    expect(finished(working).items[0]).toMatchObject({ outcome: 'proven' });
  });
});

describe('a person who edits the task file during the run', () => {
  const editAt = (path: string, edit: (text: string) => string) => (line: string) => {
    if (line.includes('building and measuring'))
      writeFileSync(join(path, TASK_FILE), edit(readFileSync(join(path, TASK_FILE), 'utf8')));
    return undefined;
  };

  test('T61: elsewhere: both changes are kept', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const killAfter = editAt(workspace.path, (text) =>
      text.includes('lunch') ? text : `${text}\n- [ ] Ask about lunch\n`,
    );
    const result = await runWith({ cwd: workspace.path, killAfter }, app.url);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain('- [x] 1.1');
    expect(text).toContain('- [ ] Ask about lunch\n');
  });

  test('T62: in the same item: the person wins, the result stays in the evidence', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
    const killAfter = editAt(workspace.path, (text) =>
      text.replace('customer_id = 1234', 'customer_id = 4321'),
    );
    const result = await runWith({ cwd: workspace.path, killAfter }, app.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({ outcome: 'proven', reason: { code: 'task-file-changed' } });
    expect(result.code).toBe(3);
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain('customer_id = 4321');
    expect(text).not.toContain('**Status**');
    expect(JSON.parse(await workspace.read(String(item?.evidence)))).toMatchObject({ outcome: 'proven' });
  });
});

describe('a person who edits what the run has not come to yet', () => {
  const TWO = taskFile(
    queryItem('1.1', SLOW_QUERY),
    queryItem('1.2', 'SELECT id FROM app.orders WHERE id = 1'),
  );

  test.for([
    [
      'renamed',
      (text: string) => text.replace('1.2 Speed up 1.2', '1.2 Speed up another'),
      '- [ ] 1.2 Speed up another',
    ],
    ['ticked', (text: string) => text.replace('[ ] 1.2', '[x] 1.2'), '- [x] 1.2 Speed up 1.2'],
  ] as const)(
    'T62: an item that is %s meanwhile is left alone, and the run goes on',
    async ([, edit, kept], { app }) => {
      const workspace = await createWorkspace({ [TASK_FILE]: TWO });
      const path = join(workspace.path, TASK_FILE);
      const killAfter = (line: string) => {
        if (line.includes('building and measuring')) writeFileSync(path, edit(readFileSync(path, 'utf8')));
        return undefined;
      };
      const result = await runWith({ cwd: workspace.path, killAfter }, app.url);
      expect(finished(result).items.map(({ outcome, reason }) => outcome ?? reason?.code)).toEqual([
        'proven',
        'task-file-changed',
      ]);
      expect(await workspace.read(TASK_FILE)).toContain(kept);
      const next = await run(workspace.path, app.url);
      expect(next.code).toBe(0);
    },
  );

  test('T62: a changed item is open again, and the next run answers what stands there now', async ({
    app,
  }) => {
    const nested = `- [ ] 1.0 All\n${queryItem('1.1', SLOW_QUERY).replaceAll(/^/gm, '  ').trimEnd()}\n`;
    const workspace = await createWorkspace({ [TASK_FILE]: nested });
    const path = join(workspace.path, TASK_FILE);
    const killAfter = (line: string) => {
      if (line.includes('building and measuring'))
        writeFileSync(path, readFileSync(path, 'utf8').replace('customer_id = 1234', `status = 'none'`));
      return undefined;
    };
    await runWith({ cwd: workspace.path, killAfter }, app.url);
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain('- [ ] 1.0 All\n  - [ ] 1.1');
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      outcome: 'proven',
      marker: 'x',
    });
  });
});
