import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { newsFixture } from '../support/news.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend(newsFixture);
const testOnApp = base.extend(appFixture);

const NO_INDEX = '**Constraint**: no new index';
const candidate = (sql: string) => `**Candidate**: \`${sql}\``;

interface Evidence {
  readonly equivalence: unknown;
  readonly trials: readonly {
    readonly change: string;
    readonly state: string;
    readonly accepted: boolean;
    readonly reason: { readonly code: string; readonly message: string };
    readonly before?: { readonly sharedBlocks: number };
    readonly after?: { readonly sharedBlocks: number };
  }[];
}
const trialsOf = async (workspace: Workspace, item: { readonly evidence: string | null } | undefined) =>
  (JSON.parse(await workspace.read(item?.evidence ?? '')) as Evidence).trials;

describe('a rewrite that a person proposes', () => {
  test('and that asks the same is handed over, with what was compared', async ({ news }) => {
    // Whoever knows the data knows that the news of a kind are told by their title.
    const query = 'SELECT count(*) FROM app.news WHERE id + 0 BETWEEN 7 AND 12';
    const right = 'SELECT count(*) FROM app.news WHERE id BETWEEN 7 AND 12';
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query, NO_INDEX, candidate(right))),
    });
    const result = await run(workspace.path, news.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({ outcome: 'handed-over', reason: { code: 'adopt-rewrite' }, rewrite: right });
    expect(JSON.parse(await workspace.read(item?.evidence ?? ''))).toMatchObject({
      equivalence: { verdict: 'same' },
    });
  });

  test('and that only other data shows to be wrong is refused, with the counter-example', async ({
    news,
  }) => {
    await news.query(`
      CREATE TABLE app.tags (news_id bigint NOT NULL, tag text NOT NULL);
      INSERT INTO app.tags SELECT n, 'tag ' || n % 9 FROM generate_series(1, 30000) AS n;
      CREATE INDEX tags_news_id_idx ON app.tags (news_id);
      ANALYZE app.tags`);
    // No news has a tag twice today, and no rule of ours takes DISTINCT away.
    const query = `SELECT DISTINCT n.id, t.tag FROM app.news n JOIN app.tags t ON t.news_id = n.id`;
    const wrong = `SELECT n.id, t.tag FROM app.news n JOIN app.tags t ON t.news_id = n.id`;
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query, NO_INDEX, candidate(wrong))),
    });
    const [item] = finished(await run(workspace.path, news.url)).items;
    expect(item?.['rewrite']).not.toBe(wrong);
    const proposed = (await trialsOf(workspace, item)).find(
      ({ change }) => change === 'the proposed rewrite',
    );
    expect(proposed).toMatchObject({ accepted: false, reason: { code: 'rows-differ' } });
    // On the data as it is both return the same: it takes another state to tell them apart.
    expect(proposed?.reason.message).toMatch(/app\.tags/);
    expect(proposed?.reason.message).toContain('only the rewrite has');
  });

  test('and that gives other rows right here is refused for them', async ({ news }) => {
    const query = `SELECT count(*) FROM app.news WHERE title LIKE 'news 1%'`;
    const wrong = 'SELECT count(*) FROM app.news WHERE id = 1';
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query, NO_INDEX, candidate(wrong))),
    });
    const [item] = finished(await run(workspace.path, news.url)).items;
    expect(item).toMatchObject({ outcome: 'no-gain', marker: '!', reason: { code: 'rows-differ' } });
  });

  test('and that is harmful is not executed', async ({ news }) => {
    const query = `SELECT count(*) FROM app.news WHERE title LIKE 'news 1%'`;
    const harmful = `SELECT pg_read_file('/etc/hostname')`;
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query, NO_INDEX, candidate(harmful))),
    });
    const [item] = finished(await run(workspace.path, news.url)).items;
    expect(item?.['rewrite']).toBeNull();
    const refused = (await trialsOf(workspace, item)).find(({ change }) => change === 'the proposed rewrite');
    expect(refused ?? { accepted: false }).toMatchObject({ accepted: false });
    expect(refused?.state ?? 'impossible').toBe('impossible');
  });
});

describe('a change that a person proposes', () => {
  testOnApp('an index that does not help is refused with numbers, and ours is built', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(
        queryItem('1.1', SLOW_QUERY, candidate('CREATE INDEX my_idx ON app.orders (status, customer_id)')),
        queryItem(
          '1.2',
          `SELECT count(*) FROM app.lines WHERE amount >= 0`,
          candidate('CREATE INDEX ON app.lines (amount)'),
        ),
      ),
    });
    const { items } = finished(await run(workspace.path, app.url));
    expect(items[0]).toMatchObject({ outcome: 'proven' });
    const [useless] = (await trialsOf(workspace, items[1])).filter(({ change }) =>
      change.startsWith('index on app.lines (amount)'),
    );
    expect(useless).toMatchObject({ accepted: false });
    expect(['not-used', 'more-blocks', 'within-noise', 'too-small', 'no-gain']).toContain(
      useless?.reason.code,
    );
    expect(await app.query(`SELECT FROM pg_indexes WHERE tablename = 'lines'`)).toHaveLength(0);
  });

  testOnApp('T41: a gated one waits where nothing else is proven, and is not tried', async ({ app }) => {
    const query = 'SELECT count(*) FROM app.lines';
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(
        queryItem('1.1', query, NO_INDEX, candidate('ALTER TABLE app.lines SET UNLOGGED')),
      ),
    });
    const result = await run(workspace.path, app.url);
    expect(finished(result)).toMatchObject({
      exitCode: 4,
      items: [{ outcome: 'awaiting-approval', marker: '!', request: expect.any(String) }],
    });
    expect(
      await app.query(`SELECT relpersistence AS kind FROM pg_class WHERE oid = 'app.lines'::regclass`),
    ).toEqual([{ kind: 'p' }]);
  });
});
