import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../src/explain/finding.ts';
import { findingsOf } from '../src/explain/findings/index.ts';
import { parsePlan } from '../src/explain/plan.ts';
import type { RelationFacts } from '../src/facts.ts';
import { readRelation } from '../src/pg/catalog/relations.ts';
import { withSession } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { EXPLAINED_SQL, EXPLAINED_TABLES } from './support/explained-sql.ts';

/** Findings on plans of the real server. What those cannot be made to show in a second has JSON in a unit test. */

let database: TestDatabase;
const facts = new Map<string, RelationFacts>();

beforeAll(async () => {
  database = await createTestDatabase();
  // Rows of a commit that is not on disk yet are not marked as visible to all.
  const sql = `SET synchronous_commit = on;${EXPLAINED_SQL}`;
  await database.query(sql);
  await database.query(`VACUUM (ANALYZE) ${EXPLAINED_TABLES}`);
  await withSession(parseTarget(database.url, {}), 'test', null, async (session) => {
    for (const name of ['orders', 'visits', 'measured', 'changed', 'parents']) {
      const relation = await readRelation(session, { schema: 'lab', name });
      if (relation !== null) facts.set(name, relation);
    }
  });
});

afterAll(async () => {
  await database.expectNoLeaks();
  await database.drop();
});

interface Situation {
  readonly sql: string;
  /** For the length of a transaction that is rolled back. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly before?: string;
}

const SERIAL = { max_parallel_workers_per_gather: '0' };
const TIGHT = { ...SERIAL, work_mem: '64kB' };
const AMPLE = { ...SERIAL, work_mem: '256MB' };
const BY_INDEX = { ...SERIAL, enable_seqscan: 'off', enable_bitmapscan: 'off' };
const BY_LOOP = { ...SERIAL, enable_hashjoin: 'off', enable_mergejoin: 'off' };
const BY_HASH = { enable_mergejoin: 'off', enable_nestloop: 'off', enable_sort: 'off' };
const BY_BITMAP = { enable_seqscan: 'off', enable_indexscan: 'off' };

const HASH_JOIN = 'SELECT count(p.note) FROM lab.orders o JOIN lab.orders p ON p.id = o.total + 1';
const GROUPS = 'SELECT count(*) FROM (SELECT DISTINCT note || id FROM lab.orders) AS notes';
const WINDOW = 'SELECT sum(total) OVER () FROM lab.orders';
const BITMAP = 'SELECT count(note) FROM lab.orders WHERE total < 500';
const LOOP =
  'SELECT count(*) FROM lab.orders o JOIN lab.customers c ON c.id = o.customer_id AND c.city > $$$$';
const NOT_IN =
  'SELECT count(*) FROM lab.customers WHERE id < 1000 AND id NOT IN (SELECT customer_id FROM lab.orders)';
const cte = (how: string) =>
  `WITH o AS ${how} (SELECT id, note FROM lab.orders) SELECT count(*) FROM o WHERE id < 10`;
const subplan = (most: number) =>
  `SELECT c.id, (SELECT count(*) FROM lab.orders o WHERE o.total = c.id) FROM lab.customers c WHERE c.id < ${most}`;

async function findings({ sql, settings = {}, before }: Situation): Promise<Finding[]> {
  await database.query('BEGIN');
  try {
    if (before !== undefined) await database.query(before);
    for (const [name, value] of Object.entries(settings))
      await database.query(`SET LOCAL ${name} = '${value}'`);
    const [row] = await database.query<{ 'QUERY PLAN': unknown }>(
      `EXPLAIN (ANALYZE, BUFFERS, VERBOSE, WAL, SETTINGS, MEMORY, SERIALIZE TEXT, FORMAT JSON) ${sql}`,
    );
    return findingsOf(parsePlan(row?.['QUERY PLAN']), [...facts.values()]);
  } finally {
    await database.query('ROLLBACK');
  }
}

const CASES: readonly [code: string, found: Situation, notFound: Situation][] = [
  [
    'hash-spill',
    { sql: HASH_JOIN, settings: { ...TIGHT, ...BY_HASH } },
    { sql: HASH_JOIN, settings: { ...AMPLE, ...BY_HASH } },
  ],
  [
    'hash-aggregate-spill',
    { sql: GROUPS, settings: { ...TIGHT, ...BY_HASH } },
    { sql: GROUPS, settings: { ...AMPLE, ...BY_HASH } },
  ],
  ['tuplestore-spill', { sql: WINDOW, settings: TIGHT }, { sql: WINDOW, settings: AMPLE }],
  ['temporary-files', { sql: WINDOW, settings: TIGHT }, { sql: WINDOW, settings: AMPLE }],
  [
    'lossy-bitmap',
    { sql: BITMAP, settings: { ...TIGHT, ...BY_BITMAP } },
    { sql: BITMAP, settings: { ...AMPLE, ...BY_BITMAP } },
  ],
  [
    'heap-fetches',
    {
      before: 'UPDATE lab.changed SET note = note',
      sql: 'SELECT count(*) FROM lab.changed WHERE id > 0',
      settings: BY_INDEX,
    },
    { sql: 'SELECT count(*) FROM lab.orders WHERE id > 0', settings: BY_INDEX },
  ],
  [
    'nested-loop-blow-up',
    {
      sql: `SELECT count(o.note) FROM lab.customers c JOIN lab.orders o ON o.id = c.id WHERE lower(c.city) || '' LIKE 'city%'`,
      settings: BY_LOOP,
    },
    {
      sql: 'SELECT count(o.note) FROM lab.customers c JOIN lab.orders o ON o.id = c.id',
      settings: BY_LOOP,
    },
  ],
  ['correlated-subplan', { sql: subplan(600), settings: SERIAL }, { sql: subplan(50), settings: SERIAL }],
  ['not-in-subplan', { sql: NOT_IN, settings: TIGHT }, { sql: NOT_IN, settings: AMPLE }],
  [
    'deep-offset',
    { sql: 'SELECT * FROM lab.orders ORDER BY id LIMIT 10 OFFSET 50000' },
    { sql: 'SELECT * FROM lab.orders ORDER BY id LIMIT 1000 OFFSET 5000' },
  ],
  ['cte-fence', { sql: cte('MATERIALIZED') }, { sql: cte('NOT MATERIALIZED') }],
  [
    'memoize-thrash',
    { sql: LOOP, settings: { ...TIGHT, ...BY_LOOP } },
    { sql: LOOP, settings: { ...AMPLE, ...BY_LOOP } },
  ],
  [
    'skip-scan',
    { sql: 'SELECT count(note) FROM lab.visits WHERE at = 7', settings: BY_INDEX },
    { sql: 'SELECT count(note) FROM lab.visits WHERE site < 1500 AND at = 7', settings: BY_INDEX },
  ],
  [
    'workers-missing',
    {
      sql: 'SELECT count(*) FROM lab.orders WHERE note > $$$$',
      settings: {
        max_parallel_workers: '0',
        min_parallel_table_scan_size: '0',
        parallel_setup_cost: '0',
        parallel_tuple_cost: '0',
      },
    },
    { sql: 'SELECT count(*) FROM lab.orders WHERE note > $$$$', settings: SERIAL },
  ],
  [
    'trigger-time',
    { sql: 'DELETE FROM lab.parents WHERE id > 1900' },
    { sql: 'DELETE FROM lab.children WHERE id > 1900' },
  ],
  [
    'serialization-cost',
    { sql: 'SELECT repeat(note, 5) FROM lab.orders', settings: SERIAL },
    { sql: 'SELECT count(repeat(note, 5)) FROM lab.orders', settings: SERIAL },
  ],
  [
    'wide-rows',
    { sql: 'SELECT * FROM lab.documents ORDER BY md5(id::text)', settings: AMPLE },
    { sql: 'SELECT id FROM lab.documents ORDER BY md5(id::text)', settings: AMPLE },
  ],
  [
    'partitions-not-pruned',
    { sql: `SELECT count(*) FROM lab.measured WHERE at::text >= '2026-12-10'`, settings: SERIAL },
    { sql: `SELECT count(*) FROM lab.measured WHERE at >= '2026-12-10'`, settings: SERIAL },
  ],
  [
    'cast-on-column',
    { sql: 'SELECT count(*) FROM lab.orders WHERE total = 5.0', settings: SERIAL },
    { sql: `SELECT count(*) FROM lab.orders WHERE customer_id = 5.0`, settings: SERIAL },
  ],
  [
    'disabled-node',
    { sql: 'SELECT count(*) FROM lab.visits WHERE note > $$$$', settings: { enable_seqscan: 'off' } },
    { sql: 'SELECT count(*) FROM lab.visits WHERE site = 3', settings: { enable_seqscan: 'off' } },
  ],
  ['changed-settings', { sql: 'SELECT 1', settings: TIGHT }, { sql: 'SELECT 1' }],
];

describe('on plans of the server', () => {
  test.each(CASES)('%s', async (code, found, notFound) => {
    const finding = (await findings(found)).find((one) => one.code === code);
    expect(finding?.message).toMatch(/\d|setting/);
    expect(finding?.advice).toEqual(expect.any(String));
    expect((await findings(notFound)).map((one) => one.code)).not.toContain(code);
  });

  test('name their table, also where a nested node shows them, and quote what decides', async () => {
    const [cast] = (
      await findings({ sql: 'SELECT count(*) FROM lab.orders WHERE total = 5.0', settings: SERIAL })
    ).filter(({ code }) => code === 'cast-on-column');
    expect(cast).toMatchObject({
      relation: { schema: 'lab', name: 'orders' },
      node: 2,
      numbers: { column: 'total', type: 'numeric', index: 'orders_total_idx' },
    });
    const [pruned] = (
      await findings({
        sql: `SELECT count(*) FROM lab.measured WHERE at::text >= '2026-12-10'`,
        settings: SERIAL,
      })
    ).filter(({ code }) => code === 'partitions-not-pruned');
    expect(pruned).toMatchObject({
      relation: { schema: 'lab', name: 'measured' },
      numbers: { partitions: 4, empty: 3 },
    });
  });

  test('say what the catalog knows of it', async () => {
    const one = async (code: string) => {
      const situation = CASES.find(([name]) => name === code)?.[1];
      return situation && (await findings(situation)).find((finding) => finding.code === code);
    };
    expect(await one('trigger-time')).toMatchObject({
      advice: expect.stringContaining(
        'an index on lab.children (parent_id), which there is none of',
      ) as string,
      relation: { schema: 'lab', name: 'children' },
    });
    expect((await one('partitions-not-pruned'))?.advice).toContain('the partition key itself (at)');
    expect((await one('heap-fetches'))?.message).toContain('the visibility map knows 100 % of its pages');
  });

  test('the caches of parallel processes count together', async () => {
    const settings = {
      ...TIGHT,
      ...BY_LOOP,
      max_parallel_workers_per_gather: '2',
      min_parallel_table_scan_size: '0',
      parallel_setup_cost: '0',
      parallel_tuple_cost: '0',
    };
    const [cache] = (await findings({ sql: LOOP, settings })).filter(({ code }) => code === 'memoize-thrash');
    expect(Number(cache?.numbers['hits']) + Number(cache?.numbers['misses'])).toBe(100_000);
  });
});
