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

test(
  'T67: items about settings after one another: one file, which loses nothing',
  { timeout: 300_000 },
  async ({ news }) => {
    const hardware = (memory: string) =>
      `  - **Hardware**: ${memory} RAM, 4 cores, SSD, 60 connections, web\n`;
    const items = [
      `- [ ] 1.1 Set shared_buffers and checkpoint_timeout\n${hardware('4 GB')}`,
      `- [ ] 1.2 Set random_page_cost of the database\n${hardware('4 GB')}`,
      `- [ ] 1.3 Tune PostgreSQL for the 4 GB / SSD server\n${hardware('4 GB')}`,
      `- [ ] 1.4 Set shared_buffers\n${hardware('4 GB')}`,
      '- [ ] 1.5 Set up slow-query monitoring of the database\n',
    ];
    const workspace = await createWorkspace({
      'pitstop.config.json': JSON.stringify({ trial: { budgetMs: 2_000 } }),
      [TASK_FILE]: items.join(''),
    });
    const namesIn = async (path: string) =>
      [...(await workspace.read(path)).matchAll(/^(\w+) = (.*)$/gm)].map(
        ([, name, value]) => `${name}=${value}`,
      );
    const conf = () => namesIn('src/database/postgresql.conf');

    await run(workspace.path, news.url, '--item', '1.1');
    const first = await conf();
    expect(first).toEqual(['shared_buffers=1GB', 'checkpoint_timeout=15min']);
    const [second] = finished(await run(workspace.path, news.url, '--item', '1.2')).items;
    expect(second).toMatchObject({ outcome: 'applied' });
    expect(await conf()).toEqual([...first, 'random_page_cost=1.1']);
    expect(await workspace.read(TASK_FILE)).toContain(
      'the files keep what was configured before: shared_buffers, checkpoint_timeout',
    );
    const rest = finished(await run(workspace.path, news.url));
    expect(rest.items.slice(-3)).toMatchObject([
      { outcome: 'applied' },
      { outcome: 'already-met', reason: { message: expect.stringContaining('configured so already') } },
      { kind: 'monitoring' },
    ]);
    // What has been configured goes on there, and is not set to something else.
    const watched = await namesIn(`${MONITORING}/postgresql.conf`);
    expect(watched).toContain("shared_preload_libraries='pg_stat_statements, auto_explain'");
    expect(watched.filter((line) => line.startsWith('log_min_duration_statement'))).toEqual([]);
    const whole = await conf();
    expect(whole).toEqual(expect.arrayContaining([...first, 'random_page_cost=1.1', 'max_connections=65']));
    expect(await namesIn('src/database/postgresql.conf.reverse')).toContain('shared_buffers=128MB');

    // A larger machine: the same item again, and everything follows it.
    const text = await workspace.read(TASK_FILE);
    await workspace.write(TASK_FILE, text.replaceAll('4 GB RAM', '8 GB RAM'));
    await run(workspace.path, news.url, '--redo', '--item', '1.3');
    const larger = await conf();
    expect(larger.map((line) => line.split('=')[0])).toEqual(whole.map((line) => line.split('=')[0]));
    expect(larger).toContain('shared_buffers=2GB');
    expect(await namesIn('src/database/postgresql.conf.reverse')).toContain('shared_buffers=128MB');
    // Again there is nothing to change, and the files are known to be ours all the same.
    await run(workspace.path, news.url, '--redo', '--item', '1.3');
    await run(workspace.path, news.url, '--redo', '--item', '1.1');
    expect(await conf()).toEqual(larger);
    await workspace.write(TASK_FILE, (await workspace.read(TASK_FILE)).replaceAll('8 GB RAM', '4 GB RAM'));
    await run(workspace.path, news.url, '--redo', '--item', '1.3');
    expect(await conf()).toEqual(whole);
  },
);
