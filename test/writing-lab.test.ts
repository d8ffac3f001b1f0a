import { performance } from 'node:perf_hooks';
import { beforeAll, describe, expect, test as plainTest } from 'vitest';
import { createIndexStep, type Change, type IndexDefinition, type Proposal } from '../src/change.ts';
import { DEFAULT_LIMITS } from '../src/labs/limits.ts';
import { openWritingLab, type WritingLab } from '../src/labs/writing.ts';
import { DEFAULT_THRESHOLD } from '../src/measure/judge.ts';
import { DEFAULT_SAMPLING } from '../src/measure/sampling.ts';
import { seededRandom } from '../src/measure/statistics.ts';
import { readWriteTargets } from '../src/pg/catalog/write-targets.ts';
import { withSession } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { loadParser } from '../src/sql/parse.ts';
import { readWritingStatement } from '../src/sql/writing-statement.ts';
import { appFixture } from './support/app.ts';
import type { TestDatabase } from './support/database.ts';
import { connect } from './support/sessions.ts';

const test = plainTest.extend(appFixture);

beforeAll(loadParser);

const MEANING = { deterministic: true, ordersTotally: false };

function proposalOf(change: Partial<Change>): Proposal {
  return {
    id: 'x',
    change: { summary: 'x', steps: [], ...change },
    reason: '',
    probe: null,
    estimatedGainMs: 0,
  };
}

function indexOn(table: string, column: string): Proposal {
  const keys: IndexDefinition['keys'] = [{ column, descending: false, nullsFirst: false }];
  return proposalOf({
    steps: [createIndexStep({ schema: 'app', table, name: `${table}_${column}_idx`, keys })],
  });
}

const NOTHING = proposalOf({});

/** Lends a lab for a statement. */
async function inLab<T>(
  app: TestDatabase,
  sql: string,
  use: (lab: WritingLab) => Promise<T>,
  { own = false, limits = {}, sampling = {} } = {},
): Promise<T> {
  const statement = readWritingStatement(sql);
  if (!statement.ok) throw new Error(statement.message);
  return withSession(parseTarget(app.url, {}), 'builder', null, async (session) =>
    use(
      await openWritingLab('transaction', session, {
        limits: { ...DEFAULT_LIMITS, ...limits },
        threshold: DEFAULT_THRESHOLD,
        where: 'target',
        series: {
          plan: { ...DEFAULT_SAMPLING, minPairs: 5, fewestPairs: 3, budgetMs: 1_500, ...sampling },
          random: seededRandom(1),
          clock: () => performance.now(),
          signal: new AbortController().signal,
        },
        targets: await readWriteTargets(session, statement.writes),
        own,
      }),
    ),
  );
}

const probeOf = (sql: string, ...parameterSets: unknown[][]) => ({
  sql,
  parameterSets: parameterSets.length === 0 ? [[]] : parameterSets,
});

const stateOf = (app: TestDatabase) =>
  app.query(`SELECT (SELECT json_agg(s ORDER BY s.sequencename) FROM pg_sequences s) AS sequences,
    (SELECT count(*) || '/' || sum(hashtextextended(o::text, 0)::numeric) FROM app.orders o) AS orders,
    (SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relnamespace = 'app'::regnamespace) AS relations`);

describe('an update', () => {
  const UPDATE = 'UPDATE app.orders SET note = note || $2 WHERE customer_id = $1 RETURNING id, note';

  // A gain is a measurement: while other work keeps the machine busy it may not show.
  test('gains by an index, and nothing of it stays', { retry: 2 }, async ({ app }) => {
    const before = await stateOf(app);
    const [baseline, trial, changes] = await inLab(app, UPDATE, async (lab) => {
      const probe = probeOf(UPDATE, [1234, 'a'], [77, 'b']);
      const found = await lab.baseline(probe);
      return [
        found,
        await lab.trial(indexOn('orders', 'customer_id'), probe, MEANING),
        await lab.changes(),
      ] as const;
    });
    expect(baseline).toMatchObject({ lowerBound: false, rowCounts: [30, 30] });
    expect(JSON.stringify(baseline.plan)).toContain('ModifyTable');
    expect(trial).toMatchObject({ state: 'measured', accepted: true, rows: 'same', rowCounts: [30, 30] });
    if (trial.state !== 'measured') return;
    expect(trial.after.sharedBlocks).toBeLessThan((trial.before.sharedBlocks ?? 0) / 2);
    expect(trial.sizeBytes).toBeGreaterThan(0);
    expect(changes).toEqual([]);
    expect(await stateOf(app)).toEqual(before);
  });

  test('that a rewrite makes of other rows is found out', async ({ app }) => {
    const sql = `UPDATE app.lines SET amount = amount + 1 WHERE order_id = 7`;
    const rewrite = {
      sql: `UPDATE app.lines SET amount = amount + 2 WHERE order_id = 7`,
      rules: [],
      changesInterface: false,
    };
    const trial = await inLab(app, sql, (lab) => lab.trial(proposalOf({ rewrite }), probeOf(sql), MEANING));
    expect(trial).toMatchObject({ state: 'measured', accepted: false, rows: 'different' });
  });

  test('with a volatile default cannot be compared', async ({ app }) => {
    await app.query('ALTER TABLE app.lines ADD at timestamptz DEFAULT clock_timestamp()');
    const sql = `UPDATE app.lines SET at = DEFAULT WHERE order_id = 7 RETURNING at`;
    const trial = await inLab(app, sql, (lab) => lab.trial(NOTHING, probeOf(sql), MEANING));
    expect(trial).toMatchObject({ state: 'measured', rows: 'incomparable' });
  });

  test('waits for a row no longer than it may', async ({ app }) => {
    const other = await connect(app);
    await other.query('BEGIN; UPDATE app.lines SET amount = 0 WHERE order_id = 7');
    const sql = 'UPDATE app.lines SET amount = 1 WHERE order_id = 7';
    const limits = { lockTimeoutMs: 50, patienceMs: 100 };
    const trial = await inLab(app, sql, (lab) => lab.trial(NOTHING, probeOf(sql), MEANING), { limits });
    expect(trial).toMatchObject({ state: 'impossible', reason: { code: 'lock-timeout' } });
    await other.query('ROLLBACK');
    await other.end();
  });

  test('holds no lock between executions', async ({ app }) => {
    await inLab(app, UPDATE, async (lab) => {
      await lab.baseline(probeOf(UPDATE, [1234, 'a']));
      await app.query('SET lock_timeout = 100');
      const update = 'UPDATE app.orders SET note = note WHERE customer_id = 1234 RETURNING id';
      expect(await app.query(update)).toHaveLength(30);
    });
  });
});

describe('a delete', () => {
  test('is slow where a foreign key has no index, which its triggers show', async ({ app }) => {
    await app.query(`DELETE FROM app.lines WHERE order_id NOT IN (SELECT id FROM app.orders);
      ALTER TABLE app.lines ADD FOREIGN KEY (order_id) REFERENCES app.orders ON DELETE CASCADE`);
    const sql = 'DELETE FROM app.orders WHERE id = $1';
    const [trial, changes] = await inLab(
      app,
      sql,
      async (lab) =>
        [
          await lab.trial(indexOn('lines', 'order_id'), probeOf(sql, [5]), MEANING),
          await lab.changes(),
        ] as const,
      { own: true },
    );
    expect(trial).toMatchObject({ state: 'measured', accepted: true, rows: 'same', rowCounts: [1] });
    expect(JSON.stringify(trial.state === 'measured' && trial.planAfter)).toContain(
      '"Constraint Name":"lines_order_id_fkey"',
    );
    expect(changes).toEqual([]);
    expect(await app.query('SELECT count(*)::int AS n FROM app.lines WHERE order_id = 5')).not.toEqual([
      { n: 0 },
    ]);
  });

  test('that takes too long as it is has a lower bound for its gain', async ({ app }) => {
    await app.query('CREATE TABLE app.small (id int PRIMARY KEY); INSERT INTO app.small VALUES (1)');
    const sql = `DELETE FROM app.small WHERE id = 1 AND pg_sleep(CASE current_setting('work_mem') WHEN '4MB' THEN 2 ELSE 0 END)::text = ''`;
    const limits = { cutoffMs: 500 };
    const fast = proposalOf({ session: { work_mem: '5MB' } });
    const [baseline, trial] = await inLab(
      app,
      sql,
      async (lab) =>
        [await lab.baseline(probeOf(sql)), await lab.trial(fast, probeOf(sql), MEANING)] as const,
      { own: true, limits },
    );
    expect(baseline).toMatchObject({ lowerBound: true, runsMs: [500] });
    expect(trial).toMatchObject({ state: 'measured', lowerBound: true, rows: 'incomparable' });
  });
});

describe('sequences', () => {
  const INSERT = 'INSERT INTO app.events (kind) VALUES ($1) RETURNING id';
  const create = (app: TestDatabase) =>
    app.query(`CREATE TABLE app.events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text);
      INSERT INTO app.events (kind) VALUES ('a'), ('b')`);

  test('are set back in a lab of our own', async ({ app }) => {
    await create(app);
    const before = await stateOf(app);
    const [trial, changes] = await inLab(
      app,
      INSERT,
      async (lab) =>
        [await lab.trial(NOTHING, probeOf(INSERT, ['x'], ['y']), MEANING), await lab.changes()] as const,
      { own: true },
    );
    expect(trial).toMatchObject({ state: 'measured', rows: 'same', rowCounts: [1, 1] });
    expect(changes).toEqual([]);
    expect(await stateOf(app)).toEqual(before);
  });

  test('are not set back elsewhere, and that is said', async ({ app }) => {
    await create(app);
    const changes = await inLab(app, INSERT, async (lab) => {
      await lab.baseline(probeOf(INSERT, ['x']));
      return lab.changes();
    });
    expect(changes).toEqual([expect.stringMatching(/^the sequence app\.events_id_seq went from 2 to \d+$/)]);
  });
});

test('rows of others that come meanwhile are seen', async ({ app }) => {
  const sql = 'INSERT INTO app.small VALUES (1) ON CONFLICT DO NOTHING';
  await app.query('CREATE TABLE app.small (id int PRIMARY KEY); INSERT INTO app.small VALUES (1)');
  const changes = await inLab(app, sql, async (lab) => {
    expect(await lab.baseline(probeOf(sql))).toMatchObject({ rowCounts: [0] });
    await app.query('INSERT INTO app.small VALUES (2)');
    return lab.changes();
  });
  expect(changes).toEqual(['app.small had 1 rows, and has 2 or other ones']);
});

test('deferred constraints count: their errors and their time', async ({ app }) => {
  await app.query(`CREATE TABLE app.items (sku text PRIMARY KEY);
    CREATE TABLE app.picks (sku text REFERENCES app.items DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO app.items VALUES ('a')`);
  const sql = 'INSERT INTO app.picks VALUES ($1)';
  await inLab(app, sql, async (lab) => {
    await expect(lab.baseline(probeOf(sql, ['b']))).rejects.toThrow('violates foreign key constraint');
    const { plan } = await lab.baseline(probeOf(sql, ['a']));
    expect(JSON.stringify(plan)).toContain('"Constraint Name":"picks_sku_fkey"');
  });
});
