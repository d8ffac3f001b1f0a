import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { runCli } from '../support/cli.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

describe('named files', () => {
  test('T1, T2: belong to their own repository, wherever the command is called from', async () => {
    const [here, there] = [
      await createWorkspace(),
      await createWorkspace({ 'notes/any name.md': taskFile(queryItem('1.1', 'SELECT 1')) }),
    ];
    const path = join(there.path, 'notes/any name.md');
    for (const [cwd, name] of [
      [here.path, path],
      ['/', path],
      [join(there.path, 'notes'), 'any name.md'],
    ] as const) {
      const { files } = JSON.parse((await runCli(['status', '--json', name], { cwd })).stdout);
      expect(files).toMatchObject([{ file: 'notes/any name.md', counts: { open: 1 } }]);
    }
  });

  test('T2: of different repositories are a usage error', async () => {
    const text = taskFile(queryItem('1.1', 'SELECT 1'));
    const workspaces = [
      await createWorkspace({ [TASK_FILE]: text }),
      await createWorkspace({ [TASK_FILE]: text }),
    ];
    const result = await runCli(
      ['status', '--json', ...workspaces.map(({ path }) => join(path, TASK_FILE))],
      { cwd: '/' },
    );
    expect(result.code).toBe(2);
    expect(JSON.parse(result.stdout)).toMatchObject({ code: 'usage' });
  });
});

describe('items', () => {
  test('T17: a parent that is named selects the items below it', async () => {
    const workspace = await createWorkspace({
      [TASK_FILE]:
        '- [ ] 1.0 All\n  - [ ] 1.1 a\n  - [ ] 1.2 b\n    - [ ] 1.2.1 c\n- [ ] 2.0 Other\n- [ ] 2.1 Another\n',
    });
    const planned = await runCli(['plan', '--json', '--item', '1.0'], { cwd: workspace.path });
    const { items } = JSON.parse(planned.stdout);
    expect(items.map(({ id }: { id: string }) => id)).toEqual(['1.1', '1.2.1']);
  });

  test('T33: a target is the first number with a unit of time', async ({ app }) => {
    const targets = [
      '< 1,5 s',
      'below 1,500 milliseconds',
      'p95 under 1 minute',
      'as fast as possible',
      '1 µs',
    ];
    const items = targets.map((target, at) => queryItem(`1.${at}`, SLOW_QUERY, `**Target**: ${target}`));
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(...items) });
    const result = await run(workspace.path, app.url, '--dry-run');
    expect(finished(result).items.map(({ reason }) => reason?.code === 'target-met')).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('T65: passwords in URLs are replaced in what is written and printed', async ({ app }) => {
    const query = `${SLOW_QUERY} AND note <> 'postgres://app:hunter2@db/shop'`;
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query)) });
    const result = await run(workspace.path, app.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({ outcome: 'proven' });
    const evidence = await workspace.read(String(item?.evidence));
    expect(evidence).toContain('postgres://app:***@db/shop');
    expect(evidence + result.stdout + result.stderr).not.toContain('hunter2');
  });
});
