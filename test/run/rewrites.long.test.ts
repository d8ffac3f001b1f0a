import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { BETTER_LIST, LIST, newsFixture } from '../support/news.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(newsFixture);

/** An index would do it too, in the order that the statement asks for. */
const NO_INDEX = '**Constraint**: no new index';
const ITEM = queryItem('1.1', LIST, NO_INDEX);
const fileItem = (id: string, path: string) =>
  [`- [ ] ${id} Speed up the list`, `  - **File**: \`${path}\``, `  - ${NO_INDEX}`, ''].join('\n');
const inFile = (path: string) => taskFile(fileItem('1.1', path));
/** One list for each kind, with the kind as a parameter. */
const OF_KIND = (kind: string, order = 'published_at DESC NULLS LAST') =>
  `SELECT id, title FROM app.news WHERE kind = ${kind} ORDER BY ${order}, id DESC LIMIT 20`;
const KIND_INDEX = 'CREATE INDEX ON app.news (kind, published_at, id)';
const service = (sql: string) =>
  `export function list(pool) {\n  return pool.query('${sql}', []);\n}\n// nothing else\n`;

describe('a rewrite of the item’s own statement', () => {
  test('T44: is handed over in a block, and a second run changes nothing', async ({ news }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(ITEM) });
    const result = await run(workspace.path, news.url);
    expect(result.code).toBe(3);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'handed-over',
      marker: '!',
      reason: { code: 'adopt-rewrite' },
      rewrite: BETTER_LIST,
      session: null,
      rows: 'same',
      migrations: [],
      before: { where: 'target' },
      after: { where: 'target' },
    });
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain(`\n    \`\`\`sql\n    ${BETTER_LIST}\n    \`\`\`\n`);
    expect(text).toMatch(/\*\*Impact\*\*: .*× as fast .*; same 20 rows/);

    await workspace.git('add', '--all');
    await workspace.git('commit', '--quiet', '--message', 'First run');
    const second = await run(workspace.path, news.url);
    expect(finished(second).items[0]).toMatchObject({
      outcome: 'handed-over',
      reason: { code: 'adopt-rewrite' },
    });
    expect(second.events.map(({ type }) => type)).not.toContain('item-started');
    expect(await workspace.git('status', '--porcelain')).toBe('');
    // Tried once more, the block under Changes is still no statement of the item's.
    const third = await run(workspace.path, news.url, '--item', '1.1');
    expect(finished(third).items[0]).toMatchObject({ outcome: 'handed-over', rewrite: BETTER_LIST });
  });

  test('that somebody has adopted is proven, by the numbers from before', async ({ news }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(ITEM) });
    await run(workspace.path, news.url);
    const text = await workspace.read(TASK_FILE);
    await workspace.write(TASK_FILE, text.replace(`\`${LIST}\``, `\`${BETTER_LIST}\``));
    const next = await run(workspace.path, news.url);
    expect(finished(next)).toMatchObject({
      exitCode: 0,
      items: [{ outcome: 'proven', marker: 'x', reason: { code: 'adopted' }, rewrite: null }],
    });
    const after = await workspace.read(TASK_FILE);
    expect(after).toContain('- [x] 1.1');
    expect(after).not.toContain('```');
    expect(after).not.toContain('**Blocked**');
  });

  test('in the place of which somebody has put yet another one is not taken for it', async ({ news }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(ITEM) });
    await run(workspace.path, news.url);
    const text = await workspace.read(TASK_FILE);
    await workspace.write(
      TASK_FILE,
      text.replace(`\`${LIST}\``, '`SELECT id, title FROM app.news WHERE id = 7`'),
    );
    const next = await run(workspace.path, news.url);
    expect(finished(next).items[0]).toMatchObject({
      outcome: 'already-met',
      marker: 'x',
      reason: { code: 'optimal-plan' },
    });
  });

  test('has the item’s own placeholders', async ({ news }) => {
    await news.query(KIND_INDEX);
    const item = queryItem('1.1', OF_KIND(':kind'), NO_INDEX, '**Params**: `{"kind": 7}`, `{"kind": 12}`');
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
    const result = await run(workspace.path, news.url);
    const rewrite = OF_KIND(':kind', 'published_at DESC');
    expect(finished(result).items[0]).toMatchObject({ outcome: 'handed-over', rewrite });
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain(`    ${rewrite}\n`);
    await workspace.write(TASK_FILE, text.replace(`\`${OF_KIND(':kind')}\``, `\`${rewrite}\``));
    const next = await run(workspace.path, news.url);
    expect(finished(next).items[0]).toMatchObject({ outcome: 'proven', reason: { code: 'adopted' } });
  });

  test('T35: of a sensitive item has no literals, wherever it is written', async ({ news }) => {
    await news.query(KIND_INDEX);
    const item = queryItem('1.1', OF_KIND('17'), NO_INDEX, '**Sensitive**: yes');
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
    const result = await run(workspace.path, news.url);
    const [report] = finished(result).items;
    expect(report).toMatchObject({ outcome: 'handed-over', reason: { code: 'adopt-rewrite' } });
    const text = await workspace.read(TASK_FILE);
    const written = [
      JSON.stringify(report),
      text.replace(OF_KIND('17'), ''),
      await workspace.read(report?.evidence ?? ''),
      await workspace.read('.pitstop/journal.jsonl'),
      result.stdout,
      result.stderr,
    ];
    for (const one of written) expect(one).not.toMatch(/kind\s*=\s*17/);
    expect(text).toMatch(/kind = \$\d/);
  });

  test('that needs an index too: the index is applied, the rewrite handed over, and then there is peace', async ({
    news,
  }) => {
    const query = `SELECT id, title FROM app.news WHERE read_at::date = date '2026-03-08'`;
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query)) });
    const result = await run(workspace.path, news.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({
      outcome: 'handed-over',
      marker: '!',
      reason: { code: 'adopt-rewrite', message: expect.stringContaining('migrations applied') },
      rewrite: expect.stringMatching(/read_at >= .* AND read_at < /),
      rows: 'same',
    });
    expect(item?.migrations).toHaveLength(1);
    const indexes = () => news.query(`SELECT indexdef FROM pg_indexes WHERE indexdef LIKE '%(read_at%'`);
    expect(await indexes()).toHaveLength(1);

    await workspace.git('add', '--all');
    await workspace.git('commit', '--quiet', '--message', 'First run');
    const second = await run(workspace.path, news.url);
    expect(finished(second).items[0]).toMatchObject({ outcome: 'handed-over' });
    expect(await workspace.git('status', '--porcelain')).toBe('');

    // Tried again without the journal, as in a fresh clone, it still names what was applied for it.
    await rm(join(workspace.path, '.pitstop'), { recursive: true });
    const anew = await run(workspace.path, news.url, '--item', '1.1');
    expect(finished(anew).items[0]).toMatchObject({ outcome: 'handed-over', rewrite: item?.['rewrite'] });
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain(`**Rollback**: \`migrations/`);
    await workspace.write(TASK_FILE, text.replace(`\`${query}\``, `\`${String(item?.['rewrite'])}\``));
    const third = await run(workspace.path, news.url);
    expect(finished(third).items[0]).toMatchObject({ outcome: 'proven', reason: { code: 'adopted' } });
    expect(await indexes()).toHaveLength(1);
    // The index is this item's, and so is the way back.
    expect(await workspace.read(TASK_FILE)).toContain(`**File**: \`${String(item?.migrations[0])}\``);
  });
});

describe('a statement in a file', () => {
  test.for([
    ['src/services/news.ts', service(LIST), service(BETTER_LIST)],
    ['src/database/list.sql', `-- the list\n${LIST};\n`, `-- the list\n${BETTER_LIST};\n`],
    [
      'src/services/crlf.ts',
      service(LIST).replaceAll('\n', '\r\n'),
      service(BETTER_LIST).replaceAll('\n', '\r\n'),
    ],
  ] as const)('is changed in place: %s', async ([path, before, after], { news }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: inFile(path), [path]: before });
    const result = await run(workspace.path, news.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({ outcome: 'proven', marker: 'x', reason: { code: 'gain' }, migrations: [] });
    expect(item?.['files']).toContain(path);
    expect(await workspace.read(path)).toBe(after);
    expect(await workspace.git('status', '--porcelain', path)).toBe(` M ${path}\n`);
    const second = await run(workspace.path, news.url);
    expect(finished(second).items[0]).toMatchObject({ marker: 'x', reason: { code: 'complete' } });
    expect(await workspace.read(path)).toBe(after);
  });

  test('T44: done once more, it keeps its proof; with --commit its file is in the commit', async ({
    news,
  }) => {
    const path = 'src/services/news.ts';
    const workspace = await createWorkspace({ [TASK_FILE]: inFile(path), [path]: service(LIST) });
    const result = await run(workspace.path, news.url, '--commit');
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
    expect(await workspace.git('show', '--name-only', '--format=')).toContain(path);
    expect(await workspace.git('status', '--porcelain')).toBe('');

    const again = await run(workspace.path, news.url, '--redo');
    expect(finished(again).items[0]).toMatchObject({ outcome: 'already-met', marker: 'x' });
    expect(await workspace.git('status', '--porcelain')).toBe('');
  });

  test.for([
    ['outside of the folders for it', 'lib/news.ts', service(LIST)],
    ['twice', 'src/services/news.ts', service(LIST) + service(LIST).replace('list(', 'again(')],
  ] as const)('is left alone where it stands %s', async ([, path, text], { news }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: inFile(path), [path]: text });
    const result = await run(workspace.path, news.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({
      outcome: 'handed-over',
      reason: { code: 'adopt-rewrite' },
      rewrite: BETTER_LIST,
    });
    expect(item?.['files']).not.toContain(path);
    expect(await workspace.read(path)).toBe(text);
  });

  test('may stand wherever the configuration says', async ({ news }) => {
    const path = 'lib/news.ts';
    const workspace = await createWorkspace({
      [TASK_FILE]: inFile(path),
      [path]: service(LIST),
      'pitstop.config.json': JSON.stringify({ sources: ['lib'] }),
    });
    const result = await run(workspace.path, news.url);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
    expect(await workspace.read(path)).toBe(service(BETTER_LIST));
  });

  test('C8: stays where the project’s tests pass, and comes back where they fail', async ({ news }) => {
    const path = 'src/services/news.ts';
    const suite = (words: string) =>
      `import { readFileSync } from 'node:fs';\nprocess.exitCode = readFileSync('${path}', 'utf8').includes('${words}') ? 0 : 1;\n`;
    const project = (words: string) =>
      createWorkspace({
        [TASK_FILE]: inFile(path),
        [path]: service(LIST),
        'suite.mjs': suite(words),
        'pitstop.config.json': JSON.stringify({ tests: 'node suite.mjs' }),
      });
    const passing = await project('published_at DESC');
    expect(finished(await run(passing.path, news.url)).items[0]).toMatchObject({ outcome: 'proven' });
    expect(await passing.read(path)).toBe(service(BETTER_LIST));

    const failing = await project('NULLS LAST');
    const result = await run(failing.path, news.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({
      outcome: 'failed',
      marker: '!',
      reason: { code: 'tests-failed' },
      after: null,
    });
    expect(item?.['files']).not.toContain(path);
    expect(await failing.read(path)).toBe(service(LIST));
    expect(await failing.git('status', '--porcelain', path)).toBe('');
  });

  test('that fails its tests for another reason before is held against nothing', async ({ news }) => {
    const path = 'src/services/news.ts';
    const workspace = await createWorkspace({
      [TASK_FILE]: inFile(path),
      [path]: service(LIST),
      'suite.mjs': 'process.exitCode = 1;\n',
      'pitstop.config.json': JSON.stringify({ tests: 'node suite.mjs' }),
    });
    expect(finished(await run(workspace.path, news.url)).items[0]).toMatchObject({ outcome: 'proven' });
  });
});

describe('without changing anything', () => {
  test('R10: --dry-run says what a run would come to', async ({ news }) => {
    const path = 'src/services/news.ts';
    const original = taskFile(ITEM, fileItem('1.2', path));
    const workspace = await createWorkspace({ [TASK_FILE]: original, [path]: service(LIST) });
    const result = await run(workspace.path, news.url, '--dry-run');
    expect(finished(result).items).toMatchObject([
      { outcome: 'handed-over', reason: { code: 'adopt-rewrite' }, rewrite: BETTER_LIST, files: [] },
      { outcome: 'proven', reason: { code: 'predicted' }, rewrite: BETTER_LIST, files: [] },
    ]);
    expect(await workspace.git('status', '--porcelain')).toBe('');
  });

  test('--no-apply hands the rewrite over', async ({ news }) => {
    const path = 'src/services/news.ts';
    const workspace = await createWorkspace({ [TASK_FILE]: inFile(path), [path]: service(LIST) });
    const result = await run(workspace.path, news.url, '--no-apply');
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'handed-over',
      reason: { code: 'adopt-rewrite' },
      rewrite: BETTER_LIST,
      migrations: [],
    });
    expect(await workspace.read(path)).toBe(service(LIST));
  });
});
