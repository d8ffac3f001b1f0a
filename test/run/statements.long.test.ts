import { describe, expect, test as base } from 'vitest';
import { appFixture, makeStatisticsStale, SLOW_QUERY } from '../support/app.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

describe('what is found for a statement', () => {
  test.for([
    [
      'equality, then the order',
      'SELECT id FROM app.orders WHERE customer_id = 7 ORDER BY created_at DESC LIMIT 5',
      'app.orders (customer_id',
    ],
    [
      'the order alone',
      'SELECT id, note FROM app.orders ORDER BY created_at DESC LIMIT 5',
      'app.orders (created_at',
    ],
    [
      'a range',
      `SELECT count(*) FROM app.orders WHERE created_at >= '2026-02-01' AND created_at < '2026-02-02'`,
      'app.orders (created_at',
    ],
    [
      'the inner side of a join',
      'SELECT l.sku FROM app.orders o JOIN app.lines l ON l.order_id = o.id WHERE o.id = 77',
      'app.lines (order_id',
    ],
    [
      'a correlated subquery',
      'SELECT o.id, (SELECT sum(l.amount) FROM app.lines l WHERE l.order_id = o.id) FROM app.orders o WHERE o.id < 20',
      'app.lines (order_id',
    ],
    [
      'an EXISTS',
      'SELECT o.id FROM app.orders o WHERE o.customer_id = 9 AND EXISTS (SELECT FROM app.lines l WHERE l.order_id = o.id)',
      'app.',
    ],
    [
      'a CTE',
      'WITH mine AS (SELECT * FROM app.orders WHERE customer_id = 12) SELECT count(*) FROM mine',
      'app.orders (customer_id',
    ],
    ['an IN list', 'SELECT id FROM app.orders WHERE customer_id IN (3, 4, 5)', 'app.orders (customer_id'],
  ] as const)('%s', async ([, query, index], { app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query)) });
    const result = await run(workspace.path, app.url);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven' });
    const [built] = await app.query<{ definition: string }>(
      `SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid IN ('app.orders'::regclass, 'app.lines'::regclass) AND NOT indisprimary`,
    );
    expect(built?.definition.replace(' USING btree', '')).toContain(` ON ${index}`);
  });

  test('both indexes of a join that needs two', async ({ app }) => {
    await app.query('ALTER TABLE app.orders DROP CONSTRAINT orders_pkey');
    const query =
      'SELECT o.id, l.sku FROM app.orders o JOIN app.lines l ON l.order_id = o.id WHERE o.customer_id = 7';
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query)) });
    const result = await run(workspace.path, app.url);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven', rows: 'same' });
    const built = await app.query<{ table: string }>(
      `SELECT indrelid::regclass::text AS table FROM pg_index WHERE indrelid IN ('app.orders'::regclass, 'app.lines'::regclass) ORDER BY 1`,
    );
    expect(built.map(({ table }) => table)).toEqual(['app.lines', 'app.orders']);
    expect(finished(result).items[0]?.migrations).toHaveLength(2);
  });

  test('fresh statistics, where those are all that is missing', async ({ app }) => {
    const query = await makeStatisticsStale(app);
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query)) });
    const result = await run(workspace.path, app.url);
    const tried = result.events
      .filter((event) => event['phase'] === 'try')
      .map((event) => String(event['message']));
    expect(tried[0]).toBe('fresh statistics of app.skewed: building and measuring');
    const [item] = finished(result).items;
    expect(item).toMatchObject({ outcome: 'proven', rows: 'same' });
    expect(await workspace.read(String(item?.migrations[0]))).toContain('\nANALYZE app.skewed;\n');
  });

  test('an index together with fresh statistics, where the planner ignores it without them', async ({
    app,
  }) => {
    await app.query(`
      CREATE TABLE app.visits (id bigint PRIMARY KEY, at timestamptz NOT NULL, note text);
      ALTER TABLE app.visits SET (autovacuum_enabled = off);
      INSERT INTO app.visits SELECT n, timestamptz '2026-01-01' + n * interval '1 minute', repeat('x', 60) FROM generate_series(1, 200000) AS n;`);
    const query = `SELECT count(note) FROM app.visits WHERE at > timestamptz '2026-05-19' + interval '0 s'`;
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query)) });
    const result = await run(workspace.path, app.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({ outcome: 'proven', rows: 'same' });
    const tried = result.events.flatMap((event) =>
      event['phase'] === 'try' ? [String(event['message'])] : [],
    );
    expect(tried.some((message) => message.startsWith('index on app.visits (at): '))).toBe(true);
  });

  test('nothing, where no index can help', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(
        queryItem('1.1', 'SELECT status, count(*), max(note) FROM app.orders GROUP BY status'),
      ),
    });
    const result = await run(workspace.path, app.url);
    const [item] = finished(result).items;
    expect(['already-met', 'no-gain']).toContain(item?.outcome);
    expect(item).toMatchObject({
      before: { medianMs: expect.any(Number), where: 'target' },
      after: null,
      migrations: [],
    });
    expect(await app.query(`SELECT count(*)::int AS count FROM pg_indexes WHERE schemaname = 'app'`)).toEqual(
      [{ count: 1 }],
    );
  });

  test('its target is already met', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY, '**Target**: < 30 s')),
    });
    const result = await run(workspace.path, app.url);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'already-met',
      marker: 'x',
      reason: { code: 'target-met' },
      before: { where: 'target' },
    });
    expect(result.code).toBe(0);
  });

  test('a gain that misses the target is proven, and says so', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY, '**Target**: < 1 µs')),
    });
    const result = await run(workspace.path, app.url);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven', reason: { code: 'target-missed' } });
    expect(await workspace.read(TASK_FILE)).toContain('is not reached');
  });
});

describe('parameters', () => {
  test.for([
    [
      'one for each set',
      'SELECT id FROM app.orders WHERE customer_id = $1 AND status = $2',
      '**Params**: `[7, "paid"]`, `[8, "sent"]`',
    ],
    [
      'by name',
      'SELECT id FROM app.orders WHERE customer_id = :customer AND status = :status',
      '**Params**: `{"customer": 7, "status": "paid"}`',
    ],
    ['a list', 'SELECT id FROM app.orders WHERE customer_id = ANY ($1)', '**Params**: `[[7, 8, 9]]`'],
  ] as const)('%s', async ([, query, params], { app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', query, params)) });
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      outcome: 'proven',
      rows: 'same',
    });
  });
});

describe('slow statements', () => {
  test('are stopped at the cut-off, and the ratio is a lower bound', async ({ app }) => {
    const lines = '(SELECT count(*) FROM app.lines l WHERE l.order_id = o.id)';
    const query = `SELECT count(*) FROM app.orders o WHERE o.customer_id = 7 AND ${lines} > 0`;
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query)),
      'pitstop.config.json': JSON.stringify({ measure: { cutoffMs: 200 } }),
    });
    const result = await run(workspace.path, app.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({
      outcome: 'proven',
      rows: 'incomparable',
      before: { medianMs: 200, runs: expect.any(Number) },
    });
    expect(await workspace.read(TASK_FILE)).toContain('**Before**: more than 200 ms (stopped there)');
  });
});

describe('what is not good enough', () => {
  test('a target that nothing reaches is not met', async ({ app }) => {
    const query = 'SELECT status, count(*), max(note) FROM app.orders GROUP BY status';
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query, '**Target**: < 0.01 ms')),
    });
    const result = await run(workspace.path, app.url);
    expect(finished(result)).toMatchObject({
      exitCode: 3,
      items: [{ outcome: 'no-gain', marker: '!', reason: { code: 'target-missed' } }],
    });
  });

  test('an index on an expression is tried as it is proposed, and what the gate holds waits', async ({
    app,
  }) => {
    const query = `SELECT id FROM app.orders WHERE lower(note) = 'nothing'`;
    const items = [
      queryItem('1.1', query, '**Candidate**: `CREATE INDEX ON app.orders (lower(note))`'),
      queryItem(
        '1.2',
        'SELECT count(*) FROM app.lines',
        '**Constraint**: no new index',
        '**Candidate**: `DROP TABLE app.lines`',
      ),
    ];
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(...items) });
    const [first, second] = finished(await run(workspace.path, app.url)).items;
    expect(first).toMatchObject({ outcome: 'proven', migrations: [expect.stringContaining('orders_lower')] });
    expect(second).toMatchObject({ outcome: 'awaiting-approval', request: expect.any(String) });
  });
});

test('timeouts of the database do not end our sessions', async ({ app }) => {
  for (const name of [
    'idle_in_transaction_session_timeout',
    'idle_session_timeout',
    'transaction_timeout',
    'statement_timeout',
  ]) {
    await app.query(`ALTER DATABASE ${app.name} SET ${name} = '50ms'`);
  }
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
  expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({ outcome: 'proven' });
});

test('T32: the placeholders of drivers get the values of Params', async ({ app }) => {
  const items = [
    queryItem(
      '1.1',
      'SELECT id FROM app.orders WHERE customer_id = ? AND status <> ?',
      '**Params**: `[7, "x"]`',
    ),
    queryItem('1.2', 'SELECT sku FROM app.lines WHERE order_id = %(order)s', '**Params**: `{"order": 7}`'),
    queryItem('1.3', 'SELECT sku FROM app.lines WHERE sku = %s AND amount = %s', '**Params**: `["sku-7"]`'),
  ];
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(...items) });
  const result = await run(workspace.path, app.url);
  expect(finished(result).items).toMatchObject([
    { outcome: 'proven' },
    { outcome: 'proven' },
    { outcome: 'needs-information', reason: { code: 'parameters-missing' } },
  ]);
});
