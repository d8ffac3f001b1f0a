import { createRequire } from 'node:module';
import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import type { TestDatabase } from '../support/database.ts';
import { finished, runWith } from '../support/run.ts';
import { createSigner } from '../support/signer.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

const DRIVER = createRequire(import.meta.url).resolve('pg');
const ITEM = queryItem('1.1', SLOW_QUERY);

/** A suite of two tests, printed as TAP; `slow` is what the database has to hold for the second one to pass. */
const suite = (slow: string, first = 'ok') => `
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const { Client } = createRequire(import.meta.url)(${JSON.stringify(DRIVER)});
appendFileSync('suite.log', 'ran\\n');
const client = new Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
const { rows: [{ n }] } = await client.query("SELECT count(*)::int AS n FROM pg_indexes WHERE schemaname = 'app' AND tablename = 'orders'");
const columns = (await client.query("SELECT attname AS name FROM pg_attribute WHERE attrelid = 'app.orders'::regclass AND NOT attisdropped")).rows.map(({ name }) => name);
const good = ${slow};
await client.end();
console.log('TAP version 13');
console.log('${first} 1 - lists orders');
console.log((good ? 'ok' : 'not ok') + ' 2 - keeps writes fast');
console.log('1..2');
process.exitCode = good && '${first}' === 'ok' ? 0 : 1;
`;

const GOOD = suite('true');
/** The application's own index is the primary key. */
const MINDS_INDEXES = suite('n < 2');

async function project(script: string, items: readonly string[] = [ITEM], tests: unknown = 'node suite.mjs') {
  return createWorkspace({
    [TASK_FILE]: taskFile(...items),
    'pitstop.config.json': JSON.stringify({ tests }),
    'suite.mjs': script,
    '.gitignore': 'suite.log\n',
  });
}

/** The suite reads the database that the run changes. */
const runIn = (workspace: Workspace, app: TestDatabase, ...args: readonly string[]) =>
  runWith({ cwd: workspace.path, env: { DATABASE_URL: app.url } }, app.url, ...args);

const timesRun = async (workspace: Workspace) =>
  (await workspace.read('suite.log').catch(() => '')).split('\n').length - 1;

const indexes = async (app: TestDatabase) =>
  (await app.query(`SELECT indexname AS name FROM pg_indexes WHERE tablename = 'orders' ORDER BY 1`)).map(
    ({ name }) => String(name),
  );

interface Evidence {
  readonly tests: Readonly<Record<string, unknown>> | null;
}
const evidenceOf = async (workspace: Workspace, item: { readonly evidence: string | null } | undefined) =>
  JSON.parse(await workspace.read(item?.evidence ?? '')) as Evidence;

describe('the tests of the project', () => {
  test('C8: are run once before the first change and after each, and stand in item and evidence', async ({
    app,
  }) => {
    const other = queryItem('1.2', 'SELECT sku, amount FROM app.lines WHERE order_id = 4711');
    const workspace = await project(GOOD, [ITEM, other]);
    const result = await runIn(workspace, app);
    expect(finished(result).items.map(({ outcome }) => outcome)).toEqual(['proven', 'proven']);
    expect(await timesRun(workspace)).toBe(3);
    const text = await workspace.read(TASK_FILE);
    expect(text.match(/^ {2}- \*\*Tests\*\*: ✅ 2\/2 passed \(`node suite\.mjs`\)$/gm)).toHaveLength(2);
    expect(text).toMatch(/\*\*Changes\*\*.*\n {2}- \*\*Tests\*\*.*\n {2}- \*\*Impact\*\*/);
    const counts = {
      code: 0,
      timedOut: false,
      counted: true,
      passed: 2,
      failed: 0,
      skipped: 0,
      failing: [],
    };
    expect((await evidenceOf(workspace, finished(result).items[0])).tests).toEqual({
      command: 'node suite.mjs',
      verdict: 'passed',
      newlyFailing: [],
      before: counts,
      after: counts,
    });
    const log = await workspace.read('.pitstop/audit.jsonl');
    expect(log.match(/"event":"command","program":"node","arguments":\["suite.mjs"\]/g)).toHaveLength(3);
  });

  test('C8: a failure that was not there before takes the change back and names itself', async ({ app }) => {
    const workspace = await project(MINDS_INDEXES);
    const before = await indexes(app);
    const result = await runIn(workspace, app);
    expect(result.code).toBe(3);
    const [item] = finished(result).items;
    expect(item).toMatchObject({
      marker: '!',
      outcome: 'failed',
      reason: {
        code: 'tests-failed',
        message: expect.stringMatching(/keeps writes fast.*it was taken back/),
      },
      after: null,
      speedup: null,
      rows: 'not-applicable',
      migrations: [],
    });
    expect(await indexes(app)).toEqual(before);
    expect(await app.query('SELECT state FROM pitstop.migration ORDER BY id')).toEqual([
      { state: 'reverted' },
      { state: 'applied' },
    ]);
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain('  - **Tests**: ❌ 1/2 passed; newly failing: `keeps writes fast`\n');
    expect(text).toMatch(/\*\*Blocked\*\*: .*keeps writes fast.*\(`tests-failed`\)/);
    expect(text).not.toContain('**File**');
    expect(await workspace.git('status', '--porcelain', '--untracked-files=all')).not.toContain(
      'migrations/',
    );
    expect((await evidenceOf(workspace, item)).tests).toMatchObject({
      verdict: 'worse',
      newlyFailing: ['keeps writes fast'],
      before: { failed: 0 },
      after: { passed: 1, failed: 1, failing: ['keeps writes fast'] },
    });
  });

  test('C8: what failed before is said once and held against no change', async ({ app }) => {
    const workspace = await project(suite('true', 'not ok'));
    const result = await runIn(workspace, app);
    expect(result.code).toBe(0);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven' });
    const said = result.events.filter(({ message }) =>
      String(message).startsWith('tests fail before any change: 1/2 passed (lists orders)'),
    );
    expect(said).toHaveLength(1);
    expect(await workspace.read(TASK_FILE)).toContain(
      '  - **Tests**: ⚠️ 1/2 passed, as before the change (1 failed before too)\n',
    );
  });

  test('C8: a command that is not there ends the run before anything is begun', async ({ app }) => {
    const workspace = await project(GOOD, [ITEM], 'no-such-program --all');
    const result = await runIn(workspace, app);
    expect(result.code).toBe(5);
    expect(finished(result)).toMatchObject({ items: [], error: { code: 'program-not-found' } });
    expect(await workspace.git('status', '--porcelain')).toBe('');
    expect(await app.query(`SELECT FROM pg_namespace WHERE nspname = 'pitstop'`)).toEqual([]);
  });

  test('C8: a command that cannot be started ends the item before its change is applied', async ({ app }) => {
    const workspace = await project(GOOD, [ITEM], './suite');
    await workspace.write('suite', '#!/no/such/interpreter\n');
    await workspace.git('update-index', '--add', '--chmod=+x', 'suite');
    await workspace.git('commit', '-qm', 'Suite');
    await workspace.git('checkout', '-q', '--force', 'HEAD', '--', 'suite');
    const { chmod } = await import('node:fs/promises');
    await chmod(`${workspace.path}/suite`, 0o755);
    const before = await indexes(app);
    const result = await runIn(workspace, app);
    expect(result.code).toBe(5);
    expect(finished(result).items[0]).toMatchObject({
      marker: '!',
      outcome: 'failed',
      reason: { code: 'program-not-found' },
      migrations: [],
    });
    expect(await indexes(app)).toEqual(before);
  });

  test.for([['--dry-run'], ['--no-apply']])('C8: are not run with %s', async ([option = ''], { app }) => {
    const workspace = await project(MINDS_INDEXES);
    await runIn(workspace, app, option);
    expect(await timesRun(workspace)).toBe(0);
    expect(await workspace.read(TASK_FILE)).not.toContain('**Tests**');
  });

  /** A gated change that somebody approves, and that the suite does not like. */
  async function approved(app: TestDatabase, item: string, slow: string) {
    const { url, sign } = await createSigner(app);
    const workspace = await project(suite(slow), [item]);
    const signed = { ...app, url };
    const waiting = finished(await runIn(workspace, signed)).items[0];
    expect(waiting).toMatchObject({ outcome: 'awaiting-approval' });
    expect(await timesRun(workspace)).toBe(0);
    expect((await sign(workspace.path, waiting?.request ?? '')).code).toBe(0);
    const result = await runIn(workspace, signed);
    expect(await timesRun(workspace)).toBe(2);
    return { workspace, result, item: finished(result).items[0] };
  }

  test('C8: an approved change is taken back through the gate', async ({ app }) => {
    await app.query('CREATE INDEX spare ON app.orders (status)');
    const drop = '- [ ] 1.1 Drop it\n  - **Index**: `app.spare`\n  - **Candidate**: `DROP INDEX app.spare`\n';
    const { item } = await approved(app, drop, 'n === 2');
    expect(item).toMatchObject({
      outcome: 'failed',
      reason: { code: 'tests-failed', message: expect.stringContaining('it was taken back') },
    });
    expect(await indexes(app)).toContain('spare');
  });

  test('C8: what cannot be taken back stays, and the item says so', async ({ app }) => {
    const change = '- [ ] 1.1 Save room\n  - **Candidate**: `ALTER TABLE app.orders DROP COLUMN note`\n';
    const { workspace, item } = await approved(app, change, `columns.includes('note')`);
    const [up = ''] = item?.migrations ?? [];
    expect(item).toMatchObject({
      outcome: 'failed',
      reason: { code: 'tests-failed', message: expect.stringMatching(/stays applied .*: pitstop revert /) },
    });
    expect(await workspace.read(up)).toContain('DROP COLUMN note');
    expect(await app.query(`SELECT state FROM pitstop.migration`)).toEqual([{ state: 'applied' }]);
    expect(await workspace.read(TASK_FILE)).toContain(`**File**: \`${up}\``);
  });

  test('C8: an interruption leaves the item begun; the next run compares with the tests from before', async ({
    app,
  }) => {
    const workspace = await project(MINDS_INDEXES);
    const before = await indexes(app);
    const stopped = await runWith(
      {
        cwd: workspace.path,
        env: { DATABASE_URL: app.url },
        killAfter: (line) => (/"verify","message":"tests: node/.test(line) ? 'SIGINT' : undefined),
      },
      app.url,
    );
    expect(stopped.code).toBe(130);
    expect(await workspace.read(TASK_FILE)).toContain('- [~] 1.1 ');
    expect(await indexes(app)).toContain('orders_customer_id_idx');

    const next = await runIn(workspace, app);
    expect(finished(next).items[0]).toMatchObject({
      outcome: 'failed',
      reason: { code: 'tests-failed', message: expect.stringContaining('keeps writes fast') },
    });
    expect(await indexes(app)).toEqual(before);
  });
});
