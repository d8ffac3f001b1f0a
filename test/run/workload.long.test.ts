import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test as base } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { appSql } from '../support/app-sql.ts';
import { appFixture } from '../support/app.ts';
import { runCli } from '../support/cli.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

interface Evidence {
  readonly statement: {
    readonly sql: string;
    readonly parameterSets: unknown[][] | null;
    readonly parameters: string;
  };
  readonly workload: {
    readonly rank: number;
    readonly calls: number;
    readonly considered: readonly { readonly sql: string; readonly passedOver: string | null }[];
  };
  readonly notes: readonly string[];
  readonly batch: unknown;
  readonly trials: readonly unknown[];
}

async function evidenceOf(workspace: { readonly path: string }, path: string | null): Promise<Evidence> {
  return JSON.parse(await readFile(join(workspace.path, path ?? ''), 'utf8'));
}

describe('a statement whose values nobody gives', () => {
  test('T39: gets values of the statistics of the columns that its parameters are compared with', async ({
    app,
  }) => {
    const items = [
      queryItem('1.1', 'SELECT id FROM app.orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT $2'),
      queryItem('1.2', 'SELECT sku FROM app.lines WHERE order_id = :order'),
    ];
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(...items) });
    const { items: done } = finished(await run(workspace.path, app.url));
    expect(done).toMatchObject([{ outcome: 'proven' }, { outcome: 'proven' }]);
    const { statement, notes } = await evidenceOf(workspace, done[0]?.evidence ?? null);
    expect(statement.parameters).toMatch(
      /^parameters sampled from statistics, 3 sets \(\$1 of app\.orders\.customer_id, \$2 of LIMIT\)$/,
    );
    expect(notes).toContain(statement.parameters);
    const known = await app.query<{ found: boolean }>(
      'SELECT bool_and(EXISTS (SELECT FROM app.orders WHERE customer_id = value)) AS found FROM unnest($1::int[]) AS value',
      [statement.parameterSets?.map(([customer]) => Number(customer))],
    );
    expect(known).toEqual([{ found: true }]);
    expect(statement.parameterSets).toHaveLength(3);
    expect(await workspace.read(TASK_FILE)).toContain('parameters sampled from statistics');
  });

  test('T39: of a sensitive one none is written anywhere', async ({ app }) => {
    const query = 'SELECT order_id FROM app.lines WHERE sku = $1';
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query, '**Sensitive**: yes')),
    });
    const result = await run(workspace.path, app.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({ outcome: 'proven' });
    const folders = ['.pitstop', 'docs', 'tasks', 'migrations'].map((folder) => join(workspace.path, folder));
    const paths = (
      await Promise.all(folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })))
    ).flat();
    const written = await Promise.all(
      paths.filter((path) => path.isFile()).map((path) => readFile(join(path.parentPath, path.name), 'utf8')),
    );
    expect(written.length).toBeGreaterThan(2);
    expect([...written, result.stdout].filter((text) => text.includes('sku-'))).toEqual([]);
    expect(await evidenceOf(workspace, item?.evidence ?? null)).toMatchObject({
      statement: { parameterSets: null },
    });
  });

  test('T39: without statistics it is a question', async ({ app }) => {
    await app.query(
      'CREATE TABLE app.fresh AS SELECT n AS id FROM generate_series(1, 10) n; ALTER TABLE app.fresh SET (autovacuum_enabled = off)',
    );
    await app.query(`ALTER TABLE app.fresh ADD COLUMN name text`);
    const query = 'SELECT id FROM app.fresh WHERE name = $1';
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query)) });
    expect(finished(await run(workspace.path, app.url)).items).toMatchObject([
      { outcome: 'needs-information', reason: { code: 'parameters-missing' } },
    ]);
  });
});

test('V9: an index that a generic plan cannot use is left for one that it can', async ({ app }) => {
  await app.query(`CREATE TABLE app.mails (id bigint PRIMARY KEY, state text NOT NULL, queued_at timestamp NOT NULL, body text NOT NULL);
    INSERT INTO app.mails SELECT n, CASE WHEN n % 401 = 0 THEN 'failed' ELSE 'sent' END, timestamp '2026-01-01' + n * 7 % 9000 * interval '1 s', repeat('x', 80)
      FROM generate_series(1, 100000) n;`);
  await app.query('VACUUM (ANALYZE) app.mails');
  const item = queryItem(
    '1.1',
    'SELECT id, body FROM app.mails WHERE state = $1 ORDER BY queued_at, id LIMIT 20',
    '**Params**: `["failed"]`',
    "**Candidate**: `CREATE INDEX ON app.mails (queued_at, id) WHERE state = 'failed'`",
  );
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
  const [done] = finished(await run(workspace.path, app.url)).items;
  expect(done).toMatchObject({ outcome: 'proven' });
  const evidence = await evidenceOf(workspace, done?.evidence ?? null);
  expect(evidence.trials).toContainEqual(
    expect.objectContaining({
      change: expect.stringContaining('partial index'),
      accepted: true,
      genericPlan: 'not-used',
    }),
  );
  expect(evidence.notes).toContain('a generic plan uses it, too');
  const built = await app.query<{ indexdef: string }>(
    `SELECT indexdef FROM pg_indexes WHERE tablename = 'mails' AND indexname NOT LIKE '%pkey'`,
  );
  expect(built.map(({ indexdef }) => indexdef)).toEqual([expect.stringMatching(/\(state, queued_at/)]);
});

const WORKLOAD = taskFile('- [ ] 1.1 Speed up the worst\n  - **Workload**: pg_stat_statements top 5\n');

test('T49: without the extension it is said how to get it; a plan without a database says that it needs one', async ({
  app,
}) => {
  const workspace = await createWorkspace({ [TASK_FILE]: WORKLOAD });
  expect(finished(await run(workspace.path, app.url)).items).toMatchObject([
    {
      kind: 'query',
      outcome: 'needs-information',
      reason: { code: 'extension-missing', message: expect.stringContaining('shared_preload_libraries') },
    },
  ]);
  const fresh = await createWorkspace({ [TASK_FILE]: WORKLOAD });
  const planned = JSON.parse((await runCli(['plan', '--json'], { cwd: fresh.path })).stdout);
  expect(planned.items).toMatchObject([{ kind: 'query', reason: { code: 'database-needed' } }]);
});

describe('the workload that a server counts', () => {
  let server: EmbeddedServer;
  let client: Client;

  beforeAll(async () => {
    server = await startEmbeddedServer({ settings: { shared_preload_libraries: 'pg_stat_statements' } });
    client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(appSql({ orders: 60_000, lines: 60_000 }));
    await client.query('CREATE EXTENSION pg_stat_statements');
    await client.query('VACUUM (ANALYZE) app.orders, app.lines');
  });

  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  async function reset(): Promise<void> {
    await client.query('SELECT pg_stat_statements_reset()');
  }

  test("T49: the statement that takes most time is the item's, with its lists as arrays", async () => {
    await reset();
    await client.query('SELECT app.slow()').catch(() => undefined);
    for (let n = 0; n < 12; n += 1)
      await client.query(
        `SELECT id, status FROM app.orders WHERE customer_id IN (${n}, ${n + 1}, ${n + 2}) AND status <> 'x'`,
      );
    await client.query('SELECT sku FROM app.lines WHERE order_id = 5');
    await client.query(`UPDATE app.orders SET note = note WHERE id < 20000`);
    const workspace = await createWorkspace({ [TASK_FILE]: WORKLOAD });
    const [item] = finished(await run(workspace.path, server.url)).items;
    expect(item).toMatchObject({ kind: 'query', outcome: 'proven', rows: 'same' });
    const { statement, workload, notes } = await evidenceOf(workspace, item?.evidence ?? null);
    expect(statement.sql).toBe(
      'SELECT id, status FROM app.orders WHERE customer_id = ANY ($1) AND status <> $2',
    );
    expect(
      statement.parameterSets?.every(([customers]) => Array.isArray(customers) && customers.length > 1),
    ).toBe(true);
    expect(workload).toMatchObject({ rank: 1, calls: 12 });
    expect(workload.considered.map(({ sql }) => sql)).toEqual([
      'SELECT id, status FROM app.orders WHERE customer_id IN ($1 /*, ... */) AND status <> $2',
      'SELECT sku FROM app.lines WHERE order_id = $1',
    ]);
    expect(notes.join()).toContain('the busiest of pg_stat_statements: 12 calls');
    const index = await client.query(
      `SELECT FROM pg_indexes WHERE tablename = 'orders' AND indexdef LIKE '%(customer_id%'`,
    );
    expect(index.rowCount).toBe(1);
  });

  test('T49: what cannot be measured is passed over, and said', async () => {
    await reset();
    await client.query(
      `CREATE FUNCTION app.pause(s float8) RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN PERFORM pg_sleep(s); RETURN 1; END'`,
    );
    await client.query('SELECT app.pause(0.3), id FROM app.orders WHERE id = 1');
    for (let n = 0; n < 3; n += 1) await client.query(`SELECT sku FROM app.lines WHERE order_id = ${n}`);
    const workspace = await createWorkspace({ [TASK_FILE]: WORKLOAD });
    const [item] = finished(await run(workspace.path, server.url)).items;
    expect(item).toMatchObject({ outcome: 'proven' });
    const { statement, workload } = await evidenceOf(workspace, item?.evidence ?? null);
    expect(statement.sql).toBe('SELECT sku FROM app.lines WHERE order_id = $1');
    expect(workload).toMatchObject({
      rank: 2,
      considered: [{ passedOver: expect.stringMatching(/app\.pause/) }, { passedOver: null }],
    });
  });

  test('H5: a cheap lookup that is called too often is answered with one statement for many keys', async () => {
    await reset();
    for (let n = 0; n < 3_000; n += 1) await client.query('SELECT status FROM app.orders WHERE id = $1', [n]);
    const item = '- [ ] 1.1 Too many lookups\n  - **Workload**: pg_stat_statements top 3\n';
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
    const [handed] = finished(await run(workspace.path, server.url)).items;
    const batch = 'SELECT id, status FROM app.orders WHERE id = ANY ($1)';
    expect(handed).toMatchObject({
      outcome: 'handed-over',
      reason: { code: 'adopt-batch' },
      rewrite: batch,
      rows: 'same',
      migrations: [],
    });
    expect(handed?.speedup?.ci95[0]).toBeGreaterThan(1.5);
    const evidence = await evidenceOf(workspace, handed?.evidence ?? null);
    expect(evidence).toMatchObject({ batch: { keys: 100 }, workload: { calls: 3_000 } });

    const text = await workspace.read(TASK_FILE);
    expect(text).toContain(batch);
    expect(finished(await run(workspace.path, server.url)).items).toMatchObject([
      { marker: '!', reason: { code: 'adopt-batch' } },
    ]);
    const adopted = text.replace('  - **Workload**: pg_stat_statements top 3', `  - **Query**: \`${batch}\``);
    await workspace.write(TASK_FILE, adopted);
    expect(finished(await run(workspace.path, server.url)).items).toMatchObject([
      { outcome: 'applied', reason: { code: 'adopted' } },
    ]);
  });
});
