import { describe, expect, test } from 'vitest';
import { columnFacts, indexFacts, relationFacts } from '../../../test/support/facts.ts';
import { planNode as node, type PlanFields } from '../../../test/support/plan-json.ts';
import type { RelationFacts } from '../../facts.ts';
import { parsePlan } from '../plan.ts';
import { findingsOf } from './index.ts';
import { count, percent } from './rule.ts';

// Where a finding begins: just enough, and just not enough. A statement of 100 ms; what takes less than 5 of it is none.

const referenced = (rows: number | null, indexed: boolean) =>
  relationFacts('customers', {
    schema: 'app',
    referencedBy: [
      {
        name: 'orders_customer_id_fkey',
        table: { schema: 'app', name: 'orders' },
        columns: ['customer_id'],
        rows,
        indexed,
        onDelete: 'no action',
      },
    ],
  });
const ORDERS = relationFacts('orders', {
  schema: 'app',
  rows: 100_000,
  sizeBytes: 8_000_000,
  columns: [
    columnFacts('total'),
    columnFacts('code', { type: 'character varying(20)', baseType: 'varchar' }),
  ],
  indexes: ['total', 'code'].map((name) => indexFacts(`orders_${name}_idx`, [name])),
});

function found(root: PlanFields, relations: readonly RelationFacts[] = [ORDERS], more: PlanFields = {}) {
  const plan = parsePlan({ Plan: root, 'Planning Time': 0.1, 'Execution Time': 100, ...more });
  return findingsOf(plan, relations).map(({ code }) => code);
}

const seqScan = (fields: PlanFields) =>
  node('Seq Scan', { 'Relation Name': 'orders', Alias: 'orders', 'Actual Total Time': 50, ...fields });
const indexScan = (fields: PlanFields) =>
  node('Index Scan', {
    'Relation Name': 'orders',
    Alias: 'orders',
    'Index Name': 'i',
    'Actual Total Time': 50,
    ...fields,
  });

/** Both plans differ in what is named only. */
type Threshold = readonly [
  code: string,
  what: string,
  enough: readonly string[],
  notEnough: readonly string[],
];

const filter = (removed: number, more: PlanFields = {}) =>
  found(seqScan({ Filter: '(total > 5)', 'Rows Removed by Filter': removed, 'Actual Rows': 10, ...more }));
const cast = (removed: number, condition: string) =>
  found(
    seqScan({
      Filter: condition,
      'Rows Removed by Filter': removed,
      'Actual Rows': 2_000,
      'Plan Rows': 2_000,
    }),
  );
const offset = (skipped: number, kept: number) =>
  found(
    node(
      'Limit',
      { 'Actual Rows': kept, 'Plan Rows': kept, 'Actual Total Time': 60 },
      seqScan({ 'Actual Rows': skipped + kept, 'Plan Rows': skipped + kept }),
    ),
  );
const subplan = (loops: number) =>
  found(
    node(
      'Result',
      { 'Actual Rows': 1, 'Plan Rows': 1, 'Actual Total Time': 90 },
      {
        ...seqScan({
          'Actual Rows': 1,
          'Plan Rows': 1,
          'Actual Loops': loops,
          'Actual Total Time': 80 / loops,
        }),
        'Parent Relationship': 'SubPlan',
        'Subplan Name': 'SubPlan 1',
      },
    ),
  );
const heapFetches = (fetched: number, read: number) =>
  found(
    indexScan({
      'Node Type': 'Index Only Scan',
      'Index Cond': '(total > 5)',
      'Heap Fetches': fetched,
      'Actual Rows': read,
      'Plan Rows': read,
    }),
  );
const memoize = (hits: number, misses: number, more: PlanFields = {}) =>
  found(
    node('Memoize', {
      'Cache Key': 'o.id',
      'Cache Hits': hits,
      'Cache Misses': misses,
      'Cache Evictions': 0,
      'Cache Overflows': 0,
      'Actual Rows': 1,
      'Plan Rows': 1,
      'Actual Total Time': 50,
      ...more,
    }),
  );
const loop = (planned: number, loops: number, ms = 50) =>
  found(
    node(
      'Nested Loop',
      { 'Actual Rows': 50, 'Plan Rows': 50, 'Actual Total Time': 90 },
      node('Result', { 'Actual Rows': loops, 'Plan Rows': planned, 'Actual Total Time': 1 }),
      {
        ...indexScan({
          'Index Cond': '(total = 5)',
          'Plan Rows': 1,
          'Actual Rows': 0.1,
          'Actual Loops': loops,
          'Actual Total Time': ms / loops,
        }),
        'Parent Relationship': 'Inner',
      },
    ),
  );
const hash = (batches: number) =>
  found(
    node(
      'Hash Join',
      { 'Hash Cond': '(a.id = b.id)', 'Actual Rows': 9, 'Plan Rows': 9, 'Actual Total Time': 90 },
      node('Result', { 'Actual Rows': 9, 'Plan Rows': 9 }),
      {
        ...node('Hash', {
          'Actual Rows': 9,
          'Plan Rows': 9,
          'Hash Batches': batches,
          'Original Hash Batches': 1,
          'Peak Memory Usage': 4000,
          'Actual Total Time': 40,
        }),
        'Parent Relationship': 'Inner',
      },
    ),
  );
const partitions = (...rows: readonly number[]) =>
  found(
    node(
      'Append',
      { 'Actual Rows': 1, 'Plan Rows': 1, 'Actual Total Time': 90 },
      ...rows.map((returned, at) =>
        seqScan({
          'Relation Name': `days_${at}`,
          Alias: `days_${at}`,
          'Actual Rows': returned,
          'Plan Rows': returned,
          'Actual Total Time': 20,
        }),
      ),
    ),
  );
const walked = (removed: number, between: string | null) => {
  const scan = indexScan({
    Filter: '(total > 5)',
    'Rows Removed by Filter': removed,
    'Actual Rows': 10,
    'Plan Rows': 10,
  });
  const below =
    between === null
      ? scan
      : node(between, { 'Actual Rows': 10, 'Plan Rows': 10, 'Actual Total Time': 60 }, scan);
  return found(node('Limit', { 'Actual Rows': 10, 'Plan Rows': 10, 'Actual Total Time': 60 }, below));
};
const deleting = (relation: RelationFacts) =>
  found({ 'Node Type': 'ModifyTable', Operation: 'Delete', 'Relation Name': 'customers' }, [relation], {
    'Execution Time': undefined,
  });
const estimated = (share: number) =>
  found(
    {
      'Node Type': 'Result',
      'Total Cost': 100_000,
      'Plan Rows': 1,
      Plans: [
        {
          'Node Type': 'Seq Scan',
          'Parent Relationship': 'Outer',
          'Relation Name': 'orders',
          Alias: 'orders',
          Filter: '(total = 5)',
          'Plan Rows': 10,
          'Total Cost': 100_000 * share,
        },
      ],
    },
    [ORDERS],
    { 'Execution Time': undefined },
  );

const THRESHOLDS: readonly Threshold[] = [
  ['sequential-scan', 'ten thousand rows thrown away', filter(10_000), filter(9_999)],
  [
    'sequential-scan',
    'in all loops together',
    filter(1_000, { 'Actual Loops': 10, 'Actual Rows': 1 }),
    filter(1_000, { 'Actual Loops': 9, 'Actual Rows': 1 }),
  ],
  ['sequential-scan', 'a twentieth of the cost', estimated(0.05), estimated(0.04)],
  [
    'cast-on-column',
    'a thousand rows looked at in vain',
    cast(1_000, '((total)::numeric = 5.0)'),
    cast(999, '((total)::numeric = 5.0)'),
  ],
  [
    'cast-on-column',
    'a cast that an index minds',
    cast(1_000, '((total)::text = $1)'),
    cast(1_000, "((code)::text = 'x'::text)"),
  ],
  ['deep-offset', 'a thousand rows skipped', offset(1_000, 20), offset(999, 20)],
  ['deep-offset', 'ten for each that is kept', offset(2_000, 200), offset(1_990, 200)],
  ['correlated-subplan', 'a hundred times', subplan(100), subplan(99)],
  ['heap-fetches', 'a thousand rows looked up', heapFetches(1_000, 5_000), heapFetches(999, 5_000)],
  ['heap-fetches', 'a tenth of those that are read', heapFetches(1_000, 10_000), heapFetches(1_000, 10_010)],
  ['memoize-thrash', 'a thousand lookups', memoize(0, 1_000), memoize(0, 999)],
  ['memoize-thrash', 'half of them in vain', memoize(499, 501), memoize(500, 500)],
  ['nested-loop-blow-up', 'a thousand loops', loop(1, 1_000), loop(1, 999)],
  ['nested-loop-blow-up', 'ten times as many as planned', loop(100, 1_000), loop(101, 1_000)],
  ['hash-spill', 'more than one batch', hash(2), hash(1)],
  ['partitions-not-pruned', 'three partitions', partitions(0, 0, 5), partitions(0, 5)],
  ['partitions-not-pruned', 'half of them empty', partitions(0, 0, 5, 5), partitions(0, 5, 5, 5)],
  ['order-by-limit-wrong-index', 'a thousand rows thrown away', walked(1_000, null), walked(999, null)],
  [
    'order-by-limit-wrong-index',
    'nothing between that needs all rows',
    walked(1_000, 'Subquery Scan'),
    walked(1_000, 'Sort'),
  ],
  [
    'unindexed-foreign-key',
    'a thousand rows, or nobody knows how many',
    deleting(referenced(1_000, false)),
    deleting(referenced(999, false)),
  ],
  ['unindexed-foreign-key', 'no index', deleting(referenced(null, false)), deleting(referenced(1_000, true))],
];

test.each(THRESHOLDS)('%s: %s', (code, _what, enough, notEnough) => {
  expect(enough).toContain(code);
  expect(notEnough).not.toContain(code);
});

describe('row-misestimate', () => {
  const wrong = { 'Plan Rows': 10, 'Actual Rows': 5_000 };
  const above = { 'Plan Rows': 5_000, 'Actual Rows': 5_000, 'Actual Total Time': 90 };
  const joined = (type: string, fields: PlanFields, inner: PlanFields) =>
    found(
      node(type, { ...above, ...fields }, node('Result', above), {
        ...seqScan(inner),
        'Parent Relationship': 'Inner',
      }),
    );

  test('is told of the lowest node that is wrong', () => {
    expect(found(seqScan(wrong))).toContain('row-misestimate');
    expect(found(seqScan({ 'Plan Rows': 1, 'Actual Rows': 99 }))).not.toContain('row-misestimate');
    expect(found(seqScan({ 'Plan Rows': 501, 'Actual Rows': 5_000 }))).not.toContain('row-misestimate');
  });

  test('is none of a node that is not read to its end', () => {
    const less = { 'Plan Rows': 5_000, 'Actual Rows': 10 };
    expect(joined('Hash Join', {}, less)).toContain('row-misestimate');
    expect(joined('Merge Join', {}, less)).not.toContain('row-misestimate');
    expect(joined('Nested Loop', { 'Inner Unique': true }, less)).not.toContain('row-misestimate');
    expect(joined('Nested Loop', { 'Join Type': 'Semi' }, less)).not.toContain('row-misestimate');
  });

  test('is none of bitmaps that are put together, which count no rows', () => {
    const bitmaps = node('BitmapOr', { 'Plan Rows': 5_000, 'Actual Rows': 0, 'Actual Total Time': 50 });
    expect(found(bitmaps)).not.toContain('row-misestimate');
  });
});

test('trigger-time says which index is missing, and of none that is there', () => {
  const advice = (indexed: boolean) => {
    const triggers = [
      {
        'Trigger Name': 'RI_1',
        'Constraint Name': 'orders_customer_id_fkey',
        Relation: 'customers',
        Time: 60,
        Calls: 10,
      },
    ];
    const plan = parsePlan({
      Plan: node('ModifyTable', { Operation: 'Delete' }),
      'Execution Time': 100,
      Triggers: triggers,
    });
    return findingsOf(plan, [referenced(100_000, indexed)]).find(({ code }) => code === 'trigger-time')
      ?.advice;
  };
  expect(advice(false)).toContain('app.orders (customer_id), which there is none of');
  expect(advice(true)).not.toContain('which there is none of');
});

test('parts are never rounded up to all, and counts are read in threes', () => {
  expect([percent(0.998), percent(1), percent(0.004)]).toEqual(['99 %', '100 %', '0 %']);
  expect(count(1_234_567)).toBe('1,234,567');
});
