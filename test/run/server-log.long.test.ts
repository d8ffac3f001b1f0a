import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { appSql } from '../support/app-sql.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { THOROUGH } from '../support/thorough.ts';
import { createWorkspace } from '../support/workspace.ts';

let server: EmbeddedServer;
let client: Client;

/** Every way in which the server logs a statement: by its time, and by auto_explain, in all formats that it writes to files. */
const LOGGING = {
  shared_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  log_min_duration_statement: '0',
  logging_collector: 'on',
  log_destination: 'stderr,csvlog,jsonlog',
  log_line_prefix: '%m [%p] %a ',
};

beforeAll(async () => {
  server = await startEmbeddedServer({ settings: LOGGING });
  client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(appSql({ orders: 40_000, lines: 40_000 }));
  await client.query('VACUUM (ANALYZE) app.orders, app.lines');
});

afterAll(async () => {
  await client.end();
  await server.stop();
});

const folder = () => join(server.dataDirectory, 'log');

/** The server hands its log to another process, which writes it. */
async function untilLogged(text: string): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const name of await readdir(folder()))
        expect(await readFile(join(folder(), name), 'utf8'), name).toContain(text);
    },
    { timeout: 10_000, interval: 50 },
  );
}

function config(logs: readonly string[]): Readonly<Record<string, string>> {
  return { 'pitstop.config.json': JSON.stringify({ logs }) };
}

describe('values of calls in the server’s log', () => {
  const SQL = 'SELECT id, note FROM app.orders WHERE status = $1 AND customer_id = $2 AND id = ANY ($3)';

  test.skipIf(!THOROUGH).for(['log', 'csv', 'json'])('T39: are taken from a .%s file', async (ending) => {
    await client.query(SQL, ['paid', 17, [3, 4]]);
    await client.query(
      "SELECT id, note FROM app.orders -- inlined\n WHERE status = 'done' AND customer_id = 18 AND id IN (5, 6)",
    );
    // The same text of another meaning, and one that the log cuts off.
    await client.query(
      "SELECT id, note FROM app.orders WHERE status < 'new' AND customer_id = 19 AND id IN (7)",
    );
    await client.query(SQL, ['cut...', 20, [8]]);
    await client.query(`SELECT 'end of ${ending}'`);
    await untilLogged(`end of ${ending}`);
    const names = (await readdir(folder())).filter((name) => name.endsWith(`.${ending}`));
    const logs = names.map((name) => join(folder(), name));
    const workspace = await createWorkspace({
      ...config(logs),
      [TASK_FILE]: taskFile(queryItem('1.1', SQL)),
    });
    const [item] = finished(await run(workspace.path, server.url, '--no-apply')).items;
    const { statement, notes } = JSON.parse(await workspace.read(String(item?.evidence)));
    expect(statement.parameterSets).toHaveLength(2);
    expect(statement.parameterSets).toEqual(
      expect.arrayContaining([
        ['paid', '17', '{3,4}'],
        ['done', 18, [5, 6]],
      ]),
    );
    expect(statement.parameters).toMatch(
      /^parameters of calls in the server's log, 2 sets of 2, the slowest first/,
    );
    expect(notes).toContain(statement.parameters);
  });

  test('T39: of a whole folder; a log that is not there is said', async () => {
    const sql = 'SELECT count(*) FROM app.lines WHERE order_id < $1 AND sku LIKE $2';
    for (const [order, pattern] of [
      [10, 'sku-1'],
      [40_000, '%sku%9%'],
    ])
      await client.query(sql, [order, pattern]);
    await client.query("SELECT 'end of lines'");
    await untilLogged('end of lines');
    const workspace = await createWorkspace({
      ...config([folder(), 'gone.log']),
      [TASK_FILE]: taskFile(queryItem('1.1', sql)),
    });
    const [item] = finished(await run(workspace.path, server.url, '--no-apply')).items;
    const { statement } = JSON.parse(await workspace.read(String(item?.evidence)));
    expect(statement.parameterSets).toHaveLength(2);
    expect(statement.parameterSets).toContainEqual(['40000', '%sku%9%']);
    expect(statement.parameterSets).toContainEqual(['10', 'sku-1']);
    expect(statement.parameters).toContain('of the logs cannot be read: gone.log (ENOENT)');
  });

  test.skipIf(!THOROUGH)(
    'T39: what the server does not accept is left for what the statistics say',
    async () => {
      // A log may be of another database, whose columns have other types.
      await client.query('CREATE TABLE app.codes AS SELECT n::text AS code FROM generate_series(1, 100) n');
      await client.query("SELECT 1 FROM app.codes WHERE code = 'a'");
      await client.query("SELECT 'end of codes'");
      await untilLogged('end of codes');
      await client.query(
        'ALTER TABLE app.codes ALTER code TYPE integer USING code::integer; ANALYZE app.codes',
      );
      const workspace = await createWorkspace({
        ...config([folder()]),
        [TASK_FILE]: taskFile(queryItem('1.1', 'SELECT 1 FROM app.codes WHERE code = $1')),
      });
      const [item] = finished(await run(workspace.path, server.url)).items;
      expect(item).toMatchObject({ outcome: 'already-met' });
      const { statement } = JSON.parse(await workspace.read(String(item?.evidence)));
      expect(statement.parameters).toMatch(/^parameters sampled from statistics/);
    },
  );

  test('T35, T39: of a sensitive item none is written', async () => {
    const sql = 'SELECT count(*) FROM app.lines WHERE sku = $1 AND amount > 3';
    await client.query(sql, ['secret-4711']);
    await client.query("SELECT 'end of secrets'");
    await untilLogged('end of secrets');
    const workspace = await createWorkspace({
      ...config([folder()]),
      [TASK_FILE]: taskFile(queryItem('1.1', sql, '**Sensitive**: yes')),
    });
    const result = await run(workspace.path, server.url, '--no-apply');
    const [item] = finished(result).items;
    const evidence = await workspace.read(String(item?.evidence));
    expect(JSON.parse(evidence).statement).toMatchObject({
      parameterSets: null,
      parameters: expect.stringContaining("the server's log"),
    });
    const written = [
      evidence,
      result.stdout,
      await workspace.read(TASK_FILE),
      await workspace.read('.pitstop/journal.jsonl'),
    ];
    expect(written.filter((text) => text.includes('secret-4711'))).toEqual([]);
  });
});
