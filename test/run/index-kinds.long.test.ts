import { expect, test as base } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  database: async ({}: object, use: (database: TestDatabase) => Promise<void>) => {
    await lend(await createTestDatabase(), use);
  },
});

async function createVisits(database: TestDatabase): Promise<void> {
  await database.query(`
    CREATE SCHEMA app;
    CREATE TABLE app.visits (id bigint, at date NOT NULL, visitor int NOT NULL, page text NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE app.visits_2024 PARTITION OF app.visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE app.visits_2025 PARTITION OF app.visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    INSERT INTO app.visits SELECT n, date '2024-01-01' + n % 730, (n * 7919) % 20000, 'page' || n % 50
      FROM generate_series(1, 150000) n`);
  await database.query('VACUUM (ANALYZE) app.visits');
}

const QUERY = 'SELECT id, at FROM app.visits WHERE visitor = 1234';

const INDEXES = `
  SELECT c.relname AS name, i.indisvalid AS valid, c.relkind AS kind,
         (SELECT p.relname FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = c.oid) AS parent
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'app' ORDER BY c.relname`;

test('the index of a partitioned table is built on each partition, attached, proven, and reverted whole', async ({
  database,
}) => {
  await createVisits(database);
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', QUERY)) });
  const result = await run(workspace.path, database.url);

  const [item] = finished(result).items;
  expect(item).toMatchObject({ outcome: 'proven', marker: 'x' });
  expect(item?.speedup?.ci95[0]).toBeGreaterThan(2);
  expect(await database.query(INDEXES)).toEqual([
    { name: 'visits_2024_visitor_idx', valid: true, kind: 'i', parent: 'visits_visitor_idx' },
    { name: 'visits_2025_visitor_idx', valid: true, kind: 'i', parent: 'visits_visitor_idx' },
    { name: 'visits_visitor_idx', valid: true, kind: 'I', parent: null },
  ]);
  const texts = await Promise.all((item?.migrations ?? []).map((path) => workspace.read(path)));
  expect(texts.map((text) => text.replaceAll(/^--.*\n|^\s*\n/gm, ''))).toEqual([
    'CREATE INDEX CONCURRENTLY visits_2024_visitor_idx ON app.visits_2024 (visitor);\n',
    'CREATE INDEX CONCURRENTLY visits_2025_visitor_idx ON app.visits_2025 (visitor);\n',
    'CREATE INDEX visits_visitor_idx ON ONLY app.visits (visitor);\n' +
      'ALTER INDEX app.visits_visitor_idx ATTACH PARTITION app.visits_2024_visitor_idx;\n' +
      'ALTER INDEX app.visits_visitor_idx ATTACH PARTITION app.visits_2025_visitor_idx;\n',
  ]);
  const names = (item?.migrations ?? []).map((path) => path.replace(/^.*\/|\.up\.sql$/g, ''));
  for (const name of names.toReversed()) {
    const reverted = await runCli(
      ['revert', name, '--json', '--database-url', database.url, '--environment', 'development'],
      { cwd: workspace.path },
    );
    expect(reverted.code, reverted.stdout + reverted.stderr).toBe(0);
  }
  expect(await database.query(INDEXES)).toEqual([]);
});

test('a search inside of texts is given the extension and the index that it needs', async ({ database }) => {
  await database.query(`
    CREATE SCHEMA app;
    CREATE TABLE app.notes (id int PRIMARY KEY, body text NOT NULL);
    INSERT INTO app.notes SELECT n, md5(n::text) || md5((n + 1)::text) FROM generate_series(1, 60000) n`);
  await database.query('VACUUM (ANALYZE) app.notes');
  const query = `SELECT id FROM app.notes WHERE body LIKE '%abc12d%'`;
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query)) });
  const result = await run(workspace.path, database.url);

  const [item] = finished(result).items;
  expect(item).toMatchObject({ outcome: 'proven', rows: 'same' });
  const texts = await Promise.all((item?.migrations ?? []).map((path) => workspace.read(path)));
  expect(texts.map((text) => text.replaceAll(/^--.*\n|^\s*\n/gm, ''))).toEqual([
    'CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;\n',
    'CREATE INDEX CONCURRENTLY notes_body_idx ON app.notes USING gin (body public.gin_trgm_ops);\n',
  ]);
});

test('an index of any kind that a person proposes is tried beside ours', async ({ database }) => {
  await createVisits(database);
  const query = `SELECT count(*) FROM app.visits_2024 WHERE upper(page) = 'PAGE7' AND visitor % 1000 = 7`;
  const candidate =
    'CREATE INDEX by_page ON app.visits_2024 (upper(page), (visitor % 1000)) WITH (fillfactor = 90)';
  const item = queryItem('1.1', query, `**Candidate**: \`${candidate}\``);
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(item) });
  const result = await run(workspace.path, database.url, '--dry-run');
  const tried = result.events.flatMap((event) => (event['phase'] === 'try' ? String(event['message']) : []));
  expect(tried.join('\n')).toMatch(
    /index on app\.visits_2024 \(\(upper\(page\)\), \(visitor % 1000\)\) WITH \(fillfactor = 90\): .*: gain/,
  );
});
