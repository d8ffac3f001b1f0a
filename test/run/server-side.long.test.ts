import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base } from 'vitest';
import { killedAt } from '../support/kill.ts';
import { newsFixture } from '../support/news.ts';
import { finished, run, runWith } from '../support/run.ts';
import { TASK_FILE } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(newsFixture);

const MONITORING = 'src/database/monitoring';

test('T59: what a run wrote before it was killed is ours, and written over by the next', async ({ news }) => {
  const files = {
    'pitstop.config.json': JSON.stringify({ trial: { budgetMs: 2_000 } }),
    [TASK_FILE]: '- [ ] 1.1 Set up slow-query monitoring of the database\n',
  };
  const other = await createWorkspace(files);
  const [whole] = finished(await run(other.path, news.url)).items;
  const workspace = await createWorkspace(files);
  const recording = { step: `rename ${whole?.evidence ?? ''}#1`, when: 'before' } as const;
  const killed = await runWith({ cwd: workspace.path, ...killedAt(workspace.path, recording) }, news.url);
  expect(killed.signal).toBe('SIGKILL');
  // The time of the baseline stands in it, so that the next one has other bytes.
  const first = await workspace.read(`${MONITORING}/baseline.json`);

  const [report] = finished(await run(workspace.path, news.url)).items;
  expect(report).toMatchObject({ outcome: 'awaiting-approval', marker: '!' });
  expect(await workspace.read(`${MONITORING}/baseline.json`)).not.toBe(first);
  const names = await readdir(join(workspace.path, MONITORING));
  expect(names.filter((name) => name.includes('.pitstop.'))).toEqual([]);
  expect(await workspace.read(TASK_FILE)).not.toContain("somebody else's");
});

test('T59: a file that somebody has edited since is left alone', async ({ news }) => {
  const workspace = await createWorkspace({
    'pitstop.config.json': JSON.stringify({ trial: { budgetMs: 2_000 } }),
    [TASK_FILE]: '- [ ] 1.1 Set up slow-query monitoring of the database\n',
  });
  await run(workspace.path, news.url);
  const edited = `${await workspace.read(`${MONITORING}/alerts.yml`)}# ours\n`;
  await workspace.write(`${MONITORING}/alerts.yml`, edited);
  await run(workspace.path, news.url, '--redo');
  expect(await workspace.read(`${MONITORING}/alerts.yml`)).toBe(edited);
  expect(await workspace.read(`${MONITORING}/alerts.pitstop.yml`)).not.toContain('# ours');
});
