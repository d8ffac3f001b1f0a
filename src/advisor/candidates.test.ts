import { beforeAll, describe, expect, test } from 'vitest';
import { renderKey } from '../change.ts';
import { parsePlan } from '../explain/plan.ts';
import type { ColumnFacts, IndexFacts, RelationFacts } from '../facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { indexCandidates } from './candidates.ts';
import type { IndexCandidate } from './candidates.ts';
import { columnFacts, indexFacts, relationFacts, serverTraits } from '../../test/support/facts.ts';

beforeAll(loadParser);

/** Columns of 200,000 orders with the number of their values, as `ANALYZE` gives them. */
const DISTINCT: Readonly<Record<string, number | null>> = {
  id: -1,
  customer_id: 20_000,
  status: 5,
  total: -0.9,
  created_at: -1,
  shipped_at: null,
  document: -1,
};

function column(name: string): ColumnFacts {
  return columnFacts(name, {
    notNull: name !== 'shipped_at',
    sortable: name !== 'document',
    distinctValues: DISTINCT[name] ?? null,
    nullFraction: 0,
    averageWidth: 8,
  });
}

function index(columns: readonly string[], unique = false): IndexFacts {
  return indexFacts(`orders_${columns.join('_')}_idx`, columns, { unique, primary: unique });
}

function orders(...indexes: readonly IndexFacts[]): RelationFacts {
  return relationFacts('orders', {
    columns: Object.keys(DISTINCT).map(column),
    indexes: [index(['id'], true), ...indexes],
    rows: 200_000,
    sizeBytes: 23_000_000,
  });
}

const CUSTOMERS: RelationFacts = {
  ...orders(),
  oid: 2,
  name: 'customers',
  columns: ['id', 'email'].map(column),
  rows: 20_000,
};

/** A scan of all orders for seven of them, sorted under a limit. PostgreSQL 18.4. */
const SCAN = `[{"Plan": {"Node Type": "Limit", "Total Cost": 5358.19, "Plan Rows": 10, "Actual Total Time": 9.987, "Actual Rows": 7.00, "Actual Loops": 1, "Plans": [
  {"Node Type": "Sort", "Parent Relationship": "Outer", "Total Cost": 5358.19, "Plan Rows": 10, "Actual Total Time": 9.984, "Actual Rows": 7.00, "Actual Loops": 1, "Sort Key": ["created_at DESC"], "Plans": [
    {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "orders", "Alias": "orders", "Total Cost": 5358, "Plan Rows": 10, "Actual Total Time": 9.971, "Actual Rows": 7.00, "Actual Loops": 1, "Filter": "(customer_id = 42)", "Rows Removed by Filter": 199993}]}]}, "Execution Time": 10.008}]`;

/** `customers c JOIN orders o ON o.customer_id = c.id WHERE c.email = …` */
const HASH_JOIN = `[{"Plan": {"Node Type": "Hash Join", "Join Type": "Inner", "Total Cost": 5789.12, "Plan Rows": 10, "Actual Total Time": 25.199, "Actual Rows": 11.00, "Actual Loops": 1, "Inner Unique": true, "Plans": [
  {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "orders", "Alias": "o", "Total Cost": 4858, "Plan Rows": 200000, "Actual Total Time": 10.713, "Actual Rows": 200000.00, "Actual Loops": 1},
  {"Node Type": "Hash", "Parent Relationship": "Inner", "Total Cost": 406, "Plan Rows": 1, "Actual Total Time": 1.056, "Actual Rows": 1.00, "Actual Loops": 1, "Hash Batches": 1, "Plans": [
    {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "customers", "Alias": "c", "Total Cost": 406, "Plan Rows": 1, "Actual Total Time": 1.052, "Actual Rows": 1.00, "Actual Loops": 1, "Filter": "(email = 'u77@x.org'::text)", "Rows Removed by Filter": 19999}]}]}, "Execution Time": 25.233}]`;

/** Without ANALYZE. */
const ESTIMATED = `[{"Plan": {"Node Type": "Seq Scan", "Relation Name": "orders", "Schema": "shop", "Alias": "orders", "Total Cost": 5358, "Plan Rows": 10, "Filter": "(orders.customer_id = 42)"}}]`;

function candidates(
  sql: string,
  plan = SCAN,
  table = orders(),
  taken: ReadonlySet<string> = new Set(),
): IndexCandidate[] {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error('no statement');
  const relations = [table, CUSTOMERS].map((relation) => ({
    reference: { schema: null, name: relation.name },
    relation,
  }));
  return indexCandidates({
    tree: statement.tree,
    relations,
    plan: parsePlan(plan),
    taken,
    server: serverTraits(),
  });
}

const columns = (...given: Parameters<typeof candidates>) =>
  candidates(...given).map(({ definition }) => definition.keys.map(renderKey).join(', '));

const where = (condition: string) => `SELECT * FROM orders WHERE ${condition}`;

describe('indexCandidates', () => {
  test('equality first, then the order with its direction', () => {
    const [best] = candidates(where('customer_id = 42 ORDER BY created_at DESC LIMIT 20'));
    expect(best?.definition).toEqual({
      schema: 'shop',
      table: 'orders',
      name: 'orders_customer_id_created_at_idx',
      keys: [
        { column: 'customer_id', descending: false, nullsFirst: false },
        { column: 'created_at', descending: true, nullsFirst: true },
      ],
    });
    expect(best?.reason).toBe('finds rows of orders by customer_id, in the order of created_at DESC');
    expect(best?.estimatedGainMs).toBeGreaterThan(9);
    expect(best?.estimatedGainMs).toBeLessThan(10.008);
  });

  test('the most distinct of the equal columns first, one range last', () => {
    expect(columns(where('status = 1 AND created_at > 5 AND customer_id = 42 AND total < 9'))).toEqual(
      expect.arrayContaining(['customer_id, status, created_at', 'customer_id, status, total']),
    );
  });

  test('range and order compete, so both are candidates', () => {
    const found = columns(where('status = 1 AND total > 5 ORDER BY created_at LIMIT 9'));
    expect(found).toContain('status, total');
    expect(found.some((keys) => keys.startsWith('status, created_at'))).toBe(true);
  });

  test('a list goes before a range but behind an order', () => {
    expect(columns(where('status IN (1, 2) AND total > 5'))).toContain('status, total');
    expect(columns(where('status IN (1, 2) ORDER BY created_at DESC LIMIT 9'))).toContain(
      'created_at DESC, status',
    );
  });

  test('NULLS LAST is kept, since the planner does not see that there are none', () => {
    expect(columns(where('customer_id = 1 ORDER BY created_at DESC NULLS LAST LIMIT 1'))).toContain(
      'customer_id, created_at DESC NULLS LAST',
    );
  });

  test('a column with one value takes no part in the order', () => {
    expect(columns(where('customer_id = 1 ORDER BY customer_id, created_at LIMIT 1'))).toContain(
      'customer_id, created_at',
    );
  });

  test('a column that a B-tree cannot hold is left out, and what follows it in an order', () => {
    expect(columns(where('document = 1 AND status = 2'))).toEqual(['status']);
    expect(columns(where('status = 2 ORDER BY document, total'))).toEqual(['status']);
  });

  test('at most five columns', () => {
    const sql = where(
      'customer_id = 1 AND status = 1 AND total = 1 AND shipped_at = 1 ORDER BY created_at, id LIMIT 1',
    );
    const widths = candidates(sql).map(({ definition }) => definition.keys.length);
    expect(Math.max(...widths)).toBe(5);
  });

  test('nothing where nothing is asked', () => {
    expect(columns('SELECT count(*) FROM orders')).toEqual([]);
  });

  test.each([
    ['the primary key', where('id = 1'), orders()],
    ['the primary key, whatever else is asked', where('id = 1 AND status = 2 ORDER BY total'), orders()],
    [
      'an index in another order of the equal columns',
      where('customer_id = 1 AND status = 2'),
      orders(index(['status', 'customer_id']), index(['customer_id'])),
    ],
    [
      'an index read backwards',
      where('customer_id = 1 ORDER BY created_at DESC LIMIT 1'),
      orders(index(['customer_id', 'created_at'])),
    ],
    [
      'the join’s index with the constants',
      'SELECT 1 FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.status = 1',
      orders(index(['status', 'customer_id'])),
    ],
  ])('nothing on orders that exists: %s', (_, sql, table) => {
    expect(
      candidates(sql, HASH_JOIN, table).filter(({ definition }) => definition.table === 'orders'),
    ).toEqual([]);
  });

  test('a longer index beside the one that serves only a part', () => {
    const table = orders(index(['customer_id']));
    expect(columns(where('customer_id = 1 ORDER BY created_at DESC LIMIT 1'), SCAN, table)).toContain(
      'customer_id, created_at DESC',
    );
  });

  test('join columns, ranked by the time of the scan that they replace', () => {
    const found = candidates(
      'SELECT 1 FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.email = $1',
      HASH_JOIN,
    );
    expect(
      found.map(({ definition }) => `${definition.table} ${definition.keys.map(renderKey).join(', ')}`),
    ).toEqual(['orders customer_id', 'customers email']);
    expect(found[0]?.reason).toBe('finds rows of o by customer_id (looked up from c)');
    expect(found[0]?.estimatedGainMs).toBeCloseTo(10.7, 0);
    expect(found[1]?.estimatedGainMs).toBeCloseTo(1, 1);
  });

  test('another table has its turn before the fourth variant of an index', () => {
    const sql =
      'SELECT 1 FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.email = $1 AND o.status IN (1, 2) AND o.total > 5 AND o.created_at > 5';
    const tables = candidates(sql, HASH_JOIN).map(({ definition }) => definition.table);
    expect(tables.slice(0, 4)).toEqual(['orders', 'orders', 'orders', 'customers']);
    expect(tables.length).toBeGreaterThan(4);
  });

  test('costs decide where there are no times', () => {
    const [best] = candidates(where('customer_id = 42'), ESTIMATED);
    expect(best?.estimatedGainMs).toBeGreaterThan(0);
  });

  test('an index that two uses want is proposed once', () => {
    const sql =
      'SELECT 1 FROM orders WHERE customer_id = 1 UNION ALL SELECT 2 FROM orders WHERE customer_id = 2';
    expect(columns(sql)).toEqual(['customer_id']);
  });

  test('a taken name gets a number', () => {
    const taken = new Set(['shop.orders_customer_id_idx', 'other.orders_customer_id_idx1']);
    const [only] = candidates(where('customer_id = 42'), SCAN, orders(), taken);
    expect(only?.definition.name).toBe('orders_customer_id_idx1');
  });
});
