import { expect, test as base } from 'vitest';
import { newsFixture } from '../support/news.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(newsFixture);

const NO_INDEX = '**Constraint**: no new index';
/** A list that does not fit into the memory of a hash is walked for each row; nothing but memory helps. */
const QUERY =
  'SELECT kind, count(*) FILTER (WHERE id IN (SELECT news_id FROM app.seen)) AS seen FROM app.few GROUP BY kind';
const SETUP = (name: string) => `
  ALTER DATABASE ${name} SET work_mem = '256kB';
  CREATE TABLE app.few (id bigint PRIMARY KEY, kind integer NOT NULL);
  INSERT INTO app.few SELECT n, n % 7 FROM generate_series(1, 60) n;
  CREATE TABLE app.seen (news_id bigint);
  INSERT INTO app.seen SELECT 40 + n FROM generate_series(1, 40000) n;
  ANALYZE app.few, app.seen`;

const settingOf = (item: Readonly<Record<string, unknown>> | undefined) =>
  Object.entries((item?.['session'] ?? {}) as Record<string, string>);

test('a setting is handed over, and recognised once a role or the database has it', async ({ news }) => {
  await news.query(SETUP(news.name));
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', QUERY, NO_INDEX)) });
  const first = finished(await run(workspace.path, news.url)).items[0];
  expect(first).toMatchObject({
    outcome: 'handed-over',
    marker: '!',
    reason: { code: 'adopt-setting', message: expect.stringContaining('SET LOCAL work_mem') },
    rewrite: null,
    migrations: [],
  });
  const [[name, value] = ['', '']] = settingOf(first);
  expect(name).toBe('work_mem');
  await workspace.git('add', '--all');
  await workspace.git('commit', '--quiet', '--message', 'First run');

  const second = await run(workspace.path, news.url);
  expect(finished(second).items[0]).toMatchObject({ outcome: 'handed-over' });
  expect(await workspace.git('status', '--porcelain')).toBe('');

  await news.query(`ALTER DATABASE ${news.name} SET work_mem = '${value}'`);
  const third = await run(workspace.path, news.url);
  expect(finished(third).items[0]).toMatchObject({
    outcome: 'proven',
    marker: 'x',
    reason: { code: 'adopted' },
    before: first?.['before'],
  });
});

test('a setting that a person proposes is tried and handed over', async ({ news }) => {
  await news.query(SETUP(news.name));
  const item = queryItem('1.1', QUERY, NO_INDEX, "**Candidate**: `SET work_mem = '32MB'`");
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
  const [report] = finished(await run(workspace.path, news.url)).items;
  expect(report).toMatchObject({ outcome: 'handed-over', reason: { code: 'adopt-setting' } });
  const { trials } = JSON.parse(await workspace.read(report?.evidence ?? '')) as {
    trials: { change: string; accepted: boolean }[];
  };
  expect(trials).toContainEqual(
    expect.objectContaining({ change: 'work_mem = 32MB for this statement', accepted: true }),
  );
});

test.for([`SET search_path = evil, public`, `SET session_preload_libraries = 'evil'`, `SET ROLE postgres`])(
  '%s is no setting for a statement, and is never sent',
  async (sql, { news }) => {
    const item = queryItem(
      '1.1',
      `SELECT count(*) FROM app.news WHERE title LIKE '%7%'`,
      NO_INDEX,
      `**Candidate**: \`${sql}\``,
    );
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
    const [report] = finished(await run(workspace.path, news.url)).items;
    expect(report).toMatchObject({ marker: '!', session: null, migrations: [] });
    const { trials } = JSON.parse(await workspace.read(report?.evidence ?? '')) as {
      trials: { change: string; reason: { code: string } }[];
    };
    expect(trials.find(({ change }) => change === sql)?.reason.code).toBe('refused');
  },
);
