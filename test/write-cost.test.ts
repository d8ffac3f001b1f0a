import { performance } from 'node:perf_hooks';
import { beforeAll, describe, expect, test as plainTest } from 'vitest';
import type { IndexDefinition } from '../src/change.ts';
import { DEFAULT_WRITE_COST, measureWriteCost, type WriteCostRequest } from '../src/labs/write-cost.ts';
import { growthOf, type WriteCost } from '../src/measure/write-cost.ts';
import { withSession, type Session } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { formatWriteCost } from '../src/report/write-cost.ts';
import { loadParser } from '../src/sql/parse.ts';
import { appFixture } from './support/app.ts';
import type { TestDatabase } from './support/database.ts';

const test = plainTest.extend(appFixture);

beforeAll(loadParser);

const SETTINGS = {
  ...DEFAULT_WRITE_COST,
  budgetMs: 400,
  clock: () => performance.now(),
  signal: new AbortController().signal,
};
const BUILT = { sizeBytes: 2 * 1024 ** 2, buildMs: 40 };

function indexOn(column: string, more: Partial<IndexDefinition> = {}): IndexDefinition {
  const keys = [{ column, descending: false, nullsFirst: false }];
  return { schema: 'app', table: 'orders', name: `orders_${column}_idx`, keys, ...more };
}

async function measure(
  database: TestDatabase,
  request: Partial<WriteCostRequest>,
  { url = database.url, settings = SETTINGS } = {},
): Promise<Awaited<ReturnType<typeof measureWriteCost>>> {
  return withSession(parseTarget(url, {}), 'builder', null, (session: Session) =>
    measureWriteCost(
      session,
      {
        table: { schema: 'app', name: 'orders' },
        indexes: [indexOn('status')],
        built: BUILT,
        updatedColumns: null,
        ...request,
      },
      settings,
    ),
  );
}

async function measured(...given: Parameters<typeof measure>): Promise<WriteCost> {
  const cost = await measure(...given);
  if ('code' in cost) throw new Error(cost.message);
  return cost;
}

const update = (cost: WriteCost, covered: boolean) => cost.updates.find((one) => one.covered === covered);

describe('a B-tree', () => {
  test('costs inserts log, and updates of its column their HOT updates', async ({ app }) => {
    const cost = await measured(app, {});
    expect(cost).toMatchObject({ ...BUILT, coveredColumns: ['status'], rounds: expect.any(Number) });
    const log = cost.insert.walBytesPerRow;
    if (log === null) throw new Error('nothing was logged');
    // A row of about a hundred bytes and one entry of the primary key; one more entry with it.
    expect(log.without).toBeGreaterThan(120);
    expect(log.with - log.without).toBeGreaterThan(40);
    expect(log.with - log.without).toBeLessThan(160);
    expect(cost.insert.msPerThousand.without).toBeGreaterThan(0);

    const covered = update(cost, true);
    expect(covered?.columns).toEqual(['status']);
    expect(covered?.hotShare?.without).toBeGreaterThan(0.9);
    expect(covered?.hotShare?.with).toBe(0);
    expect(growthOf(covered?.walBytesPerRow ?? { without: 1, with: 1 })).toBeGreaterThan(0.2);
    const other = update(cost, false);
    expect(other?.hotShare?.without).toBeGreaterThan(0.9);
    expect(other?.hotShare?.with).toBeGreaterThan(0.9);

    expect(formatWriteCost(cost)).toMatch(
      /^built in 40 ms; insert cost \+\d+ % WAL, [+±-]\d+ % time; HOT updates \d+ % → 0 %, \+\d+ % WAL for updates of status$/,
    );
  });

  test('of which no application sets the columns costs no HOT updates', async ({ app }) => {
    const cost = await measured(app, { updatedColumns: ['customer_id'] });
    expect(cost.updates).toMatchObject([{ columns: ['customer_id'], covered: false }]);
    expect(formatWriteCost(cost)).not.toContain('HOT');
  });

  test('knows the columns of expressions and predicates', async ({ app }) => {
    const expression = {
      column: null,
      expression: 'lower(note)',
      descending: false,
      nullsFirst: false,
    } as const;
    const cost = await measured(app, {
      indexes: [indexOn('note', { keys: [expression], predicate: `status = 'new'` })],
    });
    expect(update(cost, true)?.columns).toEqual(['status', 'note']);
  });
});

test('a BRIN costs next to nothing, and no HOT updates', async ({ app }) => {
  const cost = await measured(app, { indexes: [indexOn('created_at', { method: 'brin' })] });
  expect(growthOf(cost.insert.walBytesPerRow ?? { without: 1, with: 2 })).toBeLessThan(0.02);
  expect(update(cost, true)?.columns).toEqual(['created_at']);
  expect(update(cost, true)?.hotShare?.with).toBeGreaterThan(0.9);
});

test('a GIN pays for what it puts off', async ({ app }) => {
  await app.query(`ALTER TABLE app.lines ADD tags text[];
    UPDATE app.lines SET tags = ARRAY['a' || amount, 'b' || order_id % 1000, 'c' || order_id % 70] WHERE order_id < 10000;
    DELETE FROM app.lines WHERE tags IS NULL;
    ANALYZE app.lines`);
  const table = { schema: 'app', name: 'lines' };
  const index = indexOn('tags', { table: 'lines', method: 'gin' });
  const eager = { ...index, storage: { fastupdate: 'off' } };
  const [lazily, eagerly] = [
    await measured(app, { table, indexes: [index] }),
    await measured(app, { table, indexes: [eager] }),
  ];
  const added = ({ insert }: WriteCost) => growthOf(insert.walBytesPerRow ?? { without: 1, with: 1 });
  expect(added(eagerly)).toBeGreaterThan(0.5);
  // What it puts off alone is 1.6 times the rest.
  expect(added(lazily)).toBeGreaterThan(1.9);
});

describe('nothing is left', () => {
  test('of the scratch table, and no sequence moves', async ({ app }) => {
    await app.query(`CREATE FUNCTION app.known(text) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN RETURN current_setting('app.forbidden', true) IS DISTINCT FROM 'yes'; END $$;
      CREATE TABLE app.events (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ref serial UNIQUE, kind text NOT NULL CHECK (app.known(kind)),
        doubled int GENERATED ALWAYS AS (length(kind) * 2) STORED, at timestamptz DEFAULT now())`);
    await app.query(`INSERT INTO app.events (kind) SELECT 'kind' || n % 50 FROM generate_series(1, 5000) n; ANALYZE app.events;
      CREATE FUNCTION app.forbid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a trigger ran'; END $$;
      CREATE TRIGGER forbid BEFORE INSERT OR UPDATE ON app.events FOR EACH ROW EXECUTE FUNCTION app.forbid();
      ALTER DATABASE ${app.name} SET app.forbidden = 'yes'`);
    const state = () =>
      app.query(`SELECT (SELECT json_agg(s ORDER BY s.sequencename) FROM pg_sequences s) AS sequences,
        (SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relnamespace = 'app'::regnamespace) AS relations,
        (SELECT count(*) FROM app.events) AS events`);
    const before = await state();
    const index = indexOn('kind', { table: 'events' });
    const cost = await measured(app, { table: { schema: 'app', name: 'events' }, indexes: [index] });
    expect(update(cost, true)?.columns).toEqual(['kind']);
    expect(await state()).toEqual(before);
  });

  test('when somebody holds the table', async ({ app }) => {
    await app.query('BEGIN; LOCK TABLE app.orders IN ACCESS EXCLUSIVE MODE');
    const settings = { ...SETTINGS, lockTimeoutMs: 50 };
    expect(await measure(app, {}, { settings })).toMatchObject({
      code: 'write-cost-unknown',
      message: expect.stringContaining('lock timeout'),
    });
    await app.query('ROLLBACK');
  });
});

test('of a partitioned table the largest partition tells', async ({ app }) => {
  await app.query(`CREATE TABLE app.parted (at date NOT NULL, id int NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE app.small PARTITION OF app.parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE app.large PARTITION OF app.parted FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
    INSERT INTO app.parted SELECT '2026-01-05', n, 'x' FROM generate_series(1, 10) n;
    INSERT INTO app.parted SELECT '2026-02-05', n, 'x' || n FROM generate_series(1, 4000) n; ANALYZE app.parted`);
  const index = indexOn('note', { table: 'parted' });
  const cost = await measured(app, { table: { schema: 'app', name: 'parted' }, indexes: [index] });
  expect(update(cost, true)?.hotShare?.without).toBeGreaterThan(0.9);
});

test('an unlogged table has no log, a view and a handful of rows have nothing to tell', async ({ app }) => {
  await app.query(`CREATE UNLOGGED TABLE app.fast AS SELECT n AS id, n % 10 AS kind FROM generate_series(1, 5000) n; ANALYZE app.fast;
    CREATE TABLE app.few AS SELECT n AS id, n % 10 AS kind FROM generate_series(1, 20) n;
    CREATE VIEW app.seen AS SELECT * FROM app.few`);
  const on = (name: string) => ({
    table: { schema: 'app', name },
    indexes: [indexOn('kind', { table: name })],
  });
  expect((await measured(app, on('fast'))).insert.walBytesPerRow).toBeNull();
  expect(await measure(app, on('few'))).toMatchObject({ code: 'write-cost-unknown' });
  expect(await measure(app, on('seen'))).toMatchObject({ code: 'write-cost-unknown' });
});
