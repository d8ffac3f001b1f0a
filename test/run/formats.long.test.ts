import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, test as base } from 'vitest';
import { appFixture, makeStatisticsStale, SLOW_QUERY } from '../support/app.ts';
import type { TestDatabase } from '../support/database.ts';
import { finished, run, runWith } from '../support/run.ts';
import { connect } from '../support/sessions.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

const ITEM = { [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) };
const DROP_ITEM = '- [ ] 2.1 Drop it\n  - **Candidate**: `DROP INDEX CONCURRENTLY app.orders_note_idx`\n';

const configured = (config: object) => ({ 'pitstop.config.json': JSON.stringify(config) });

async function files(workspace: Workspace, folder: string): Promise<string[]> {
  const names = await readdir(join(workspace.path, folder), { recursive: true }).catch(() => []);
  return names.toSorted((a, b) => a.localeCompare(b));
}

const built = (app: TestDatabase) =>
  app.query(
    `SELECT to_regclass('app.orders_customer_id_idx')::text AS index, to_regnamespace('pitstop')::text AS ledger`,
  );
/** The tool itself, as its users call it. */
async function dbmate({ path }: Workspace, { url }: TestDatabase, command: string): Promise<void> {
  const args = ['--url', `${url}?sslmode=disable`, '--no-dump-schema', command];
  await promisify(execFile)(
    process.execPath,
    [createRequire(import.meta.url).resolve('dbmate/dist/cli.js'), ...args],
    {
      cwd: path,
    },
  );
}

const UNTOUCHED = [{ index: null, ledger: null }];

describe('with a tool configured', () => {
  test('M11: the change is proven and written, and the tool applies it', async ({ app }) => {
    const workspace = await createWorkspace({ ...ITEM, ...configured({ migrationFormat: 'dbmate' }) });
    const result = await run(workspace.path, app.url);
    expect(result.code).toBe(3);
    const [item] = finished(result).items;
    expect(item).toMatchObject({
      outcome: 'handed-over',
      marker: '!',
      reason: { code: 'applied-by-tool' },
      migrations: [expect.stringMatching(/^db\/migrations\/\d{14}_orders_customer_id_idx\.sql$/)],
      speedup: { ci95: expect.anything() },
    });
    const [path = ''] = item?.migrations ?? [];
    expect(item?.reason?.message).toBe(
      `proven and written; dbmate applies ${path}: dbmate --migrations-dir db/migrations up`,
    );
    expect(await workspace.read(path)).toContain(
      '\n-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY ',
    );
    expect(await built(app)).toEqual(UNTOUCHED);
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain(`  - **File**: \`${path}\`\n`);
    expect(text).toContain(`  - **Rollback**: \`${path}\`\n`);
    expect(text).toMatch(/\*\*After\*\*: [\d.]+ ms/);

    // Nothing has changed: the next run leaves it alone, and one that is told to work on it writes nothing anew.
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      outcome: 'handed-over',
      evidence: item?.evidence,
    });
    const before = await workspace.read(path);
    await run(workspace.path, app.url, '--item', '1.1');
    expect(await files(workspace, 'db/migrations')).toHaveLength(1);
    expect(await workspace.read(path)).toBe(before);

    await dbmate(workspace, app, 'migrate');
    expect((await built(app))[0]).toMatchObject({ index: 'app.orders_customer_id_idx' });
    expect(finished(await run(workspace.path, app.url, '--item', '1.1')).items[0]).toMatchObject({
      outcome: 'already-met',
      marker: 'x',
    });
  });

  test('M11: applyWith pitstop applies and proves on the target, in the same files', async ({ app }) => {
    const workspace = await createWorkspace({
      ...ITEM,
      ...configured({ migrationFormat: 'dbmate', applyWith: 'tool' }),
    });
    const [handedOver] = finished(await run(workspace.path, app.url)).items;
    await workspace.write(
      'pitstop.config.json',
      JSON.stringify({ migrationFormat: 'dbmate', applyWith: 'pitstop' }),
    );
    const result = await run(workspace.path, app.url);
    expect(result.code).toBe(0);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'proven',
      marker: 'x',
      migrations: handedOver?.migrations,
    });
    expect(await files(workspace, 'db/migrations')).toHaveLength(1);
    const name = handedOver?.migrations[0]?.slice('db/migrations/'.length, -'.sql'.length);
    expect(await app.query('SELECT name, state FROM pitstop.migration')).toEqual([
      { name, state: 'applied' },
    ]);
    // What is proven in place keeps its evidence.
    expect(finished(await run(workspace.path, app.url, '--redo')).items[0]).toMatchObject({
      outcome: 'already-met',
    });
    expect(await workspace.read(TASK_FILE)).toContain('✅ Completed');
  });

  test('Drizzle: the item says what has to be done by hand', async ({ app }) => {
    const workspace = await createWorkspace({ ...ITEM, ...configured({ migrationFormat: 'drizzle' }) });
    const [item] = finished(await run(workspace.path, app.url)).items;
    expect(item?.reason?.message).toMatch(
      /^proven and written; Drizzle runs every migration in a transaction; this one has to be applied by hand: psql -f drizzle\/by-hand\/\d+_orders_customer_id_idx\.up\.sql$/,
    );
    expect(await files(workspace, 'drizzle')).toHaveLength(3);
    expect(await workspace.read(TASK_FILE)).toContain('has to be applied by hand');
  });

  test('--dry-run says so and writes nothing', async ({ app }) => {
    const workspace = await createWorkspace({ ...ITEM, ...configured({ migrationFormat: 'prisma' }) });
    const [item] = finished(await run(workspace.path, app.url, '--dry-run')).items;
    expect(item).toMatchObject({ outcome: 'handed-over', reason: { code: 'applied-by-tool' }, files: [] });
    expect(item?.reason?.message).toContain('for Prisma to apply');
    expect(await files(workspace, 'prisma')).toEqual([]);
  });

  test('M15: what waits for an approval is not laid where the tool would find it', async ({ app }) => {
    await app.query('CREATE INDEX orders_note_idx ON app.orders (note)');
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(DROP_ITEM),
      ...configured({ migrationFormat: 'dbmate' }),
    });
    const result = await run(workspace.path, app.url);
    expect(result.code).toBe(4);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'awaiting-approval',
      migrations: [expect.stringMatching(/^\.pitstop\/migrations\/\d+_.*\.up\.sql$/)],
    });
    expect(await files(workspace, 'db/migrations')).toEqual([]);
    // T31: what it wrote is no input, so nothing has changed for the next run.
    const again = await run(workspace.path, app.url);
    expect(finished(again).items[0]).toMatchObject({ outcome: 'awaiting-approval' });
  });

  test('M14: files that still wait give way to another format, and leave the list of their tool', async ({
    app,
  }) => {
    const query = await makeStatisticsStale(app);
    const theirs = { idx: 0, version: '7', when: 1_700_000_000_000, tag: '0000_theirs', breakpoints: true };
    const journal = JSON.stringify({ version: '7', dialect: 'postgresql', entries: [theirs] }, null, 2);
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query)),
      ...configured({ migrationFormat: 'drizzle' }),
      'drizzle/0000_theirs.sql': 'SELECT 1;',
      'drizzle/meta/_journal.json': journal,
    });
    const [item] = finished(await run(workspace.path, app.url)).items;
    expect(item).toMatchObject({ outcome: 'handed-over', migrations: ['drizzle/0001_analyze_skewed.sql'] });
    expect(item?.reason?.message).toContain(
      'Drizzle applies drizzle/0001_analyze_skewed.sql: npx drizzle-kit migrate',
    );
    expect(JSON.parse(await workspace.read('drizzle/meta/_journal.json')).entries).toEqual([
      theirs,
      expect.objectContaining({ idx: 1, tag: '0001_analyze_skewed' }),
    ]);

    await workspace.write(
      'pitstop.config.json',
      JSON.stringify({ migrationFormat: 'dbmate', migrations: 'drizzle' }),
    );
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      outcome: 'handed-over',
      migrations: ['drizzle/0002_analyze_skewed.sql'],
    });
    expect(await workspace.read('drizzle/meta/_journal.json')).toBe(journal);
    expect(await files(workspace, 'drizzle')).toEqual([
      '0000_theirs.sql',
      '0002_analyze_skewed.sql',
      'meta',
      'meta/_journal.json',
    ]);
  });

  test('files in a folder that is not configured any more are left alone', async ({ app }) => {
    const workspace = await createWorkspace({ ...ITEM, ...configured({ migrationFormat: 'dbmate' }) });
    await run(workspace.path, app.url);
    const before = await files(workspace, 'db/migrations');
    await workspace.write('pitstop.config.json', JSON.stringify({ migrationFormat: 'graphile-migrate' }));
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      outcome: 'handed-over',
      migrations: ['migrations/committed/000001-orders_customer_id_idx.sql'],
    });
    expect(await files(workspace, 'db/migrations')).toEqual(before);
  });

  test('M14: an interruption removes what was written, and the folder that it needed', async ({ app }) => {
    const workspace = await createWorkspace({
      ...ITEM,
      ...configured({ migrationFormat: 'prisma', applyWith: 'pitstop' }),
    });
    const snapshot = await connect(app);
    await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await snapshot.query('SELECT 1');
    const killAfter = (line: string) =>
      line.includes('waiting for old snapshots: waiting for') ? ('SIGINT' as const) : undefined;
    const result = await runWith({ cwd: workspace.path, killAfter }, app.url);
    await snapshot.end();
    expect(result.code).toBe(130);
    expect(await files(workspace, 'prisma')).toEqual(['migrations']);
    expect(await workspace.read(TASK_FILE)).toBe(ITEM[TASK_FILE]);
  });
});

test('a journal that cannot be read ends the item, and nothing is written', async ({ app }) => {
  const workspace = await createWorkspace({
    ...ITEM,
    ...configured({ migrationFormat: 'drizzle' }),
    'drizzle/meta/_journal.json': '<<<<<<< ours',
  });
  const [item] = finished(await run(workspace.path, app.url)).items;
  expect(item).toMatchObject({ outcome: 'failed', reason: { code: 'migration-folder-unclear' } });
  expect(await workspace.git('status', '--porcelain', 'drizzle')).toBe('');
});
