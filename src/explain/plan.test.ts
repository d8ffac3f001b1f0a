import { describe, expect, test } from 'vitest';
import { parsePlan, PlanFormatError } from './plan.ts';

// Plans of PostgreSQL 18.4, keys that nothing reads left out.

/** `SELECT count(*) FROM orders WHERE total > 999` with two workers. */
const PARALLEL = `[{"Plan": {"Node Type": "Aggregate", "Total Cost": 3899.91, "Plan Rows": 1, "Actual Total Time": 22.793, "Actual Rows": 1.00, "Actual Loops": 1, "Shared Hit Blocks": 2858, "Shared Read Blocks": 0, "Plans": [
  {"Node Type": "Gather", "Parent Relationship": "Outer", "Total Cost": 3899.89, "Plan Rows": 2, "Actual Total Time": 22.782, "Actual Rows": 3.00, "Actual Loops": 1, "Workers Launched": 2, "Plans": [
    {"Node Type": "Aggregate", "Parent Relationship": "Outer", "Total Cost": 3899.89, "Plan Rows": 1, "Actual Total Time": 14.069, "Actual Rows": 1.00, "Actual Loops": 3, "Plans": [
      {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "orders", "Alias": "orders", "Total Cost": 3899.67, "Plan Rows": 86, "Actual Total Time": 13.938, "Actual Rows": 68.67, "Actual Loops": 3, "Disabled": false, "Filter": "(total > '999'::numeric)", "Rows Removed by Filter": 66598}]}]}]},
  "Planning": {"Shared Hit Blocks": 6, "Shared Read Blocks": 3}, "Planning Time": 0.109, "Execution Time": 22.834}]`;

/** `WITH r AS MATERIALIZED (…) SELECT count(*) FROM r JOIN customers c ON c.id = r.customer_id` */
const CTE = `[{"Plan": {"Node Type": "Aggregate", "Total Cost": 5653.48, "Plan Rows": 1, "Actual Total Time": 22.456, "Actual Rows": 1.00, "Actual Loops": 1, "Plans": [
  {"Node Type": "Seq Scan", "Parent Relationship": "InitPlan", "Subplan Name": "CTE r", "Relation Name": "orders", "Alias": "orders", "Total Cost": 5358, "Plan Rows": 206, "Actual Total Time": 21.606, "Actual Rows": 206.00, "Actual Loops": 1, "Filter": "(total > '999'::numeric)", "Rows Removed by Filter": 199794},
  {"Node Type": "Nested Loop", "Parent Relationship": "Outer", "Join Type": "Inner", "Total Cost": 294.95, "Plan Rows": 206, "Actual Total Time": 22.424, "Actual Rows": 206.00, "Actual Loops": 1, "Inner Unique": true, "Plans": [
    {"Node Type": "CTE Scan", "Parent Relationship": "Outer", "CTE Name": "r", "Alias": "r", "Total Cost": 4.12, "Plan Rows": 206, "Actual Total Time": 21.686, "Actual Rows": 206.00, "Actual Loops": 1},
    {"Node Type": "Index Only Scan", "Parent Relationship": "Inner", "Index Name": "customers_pkey", "Relation Name": "customers", "Alias": "c", "Total Cost": 1.41, "Plan Rows": 1, "Actual Total Time": 0.003, "Actual Rows": 1.00, "Actual Loops": 206, "Index Cond": "(id = r.customer_id)", "Heap Fetches": 0, "Index Searches": 206}]}]},
  "Planning Time": 0.187, "Execution Time": 22.487}]`;

/** `SELECT * FROM customers c JOIN orders o ON o.id = c.id WHERE c.email = 'nobody'` */
const NEVER_EXECUTED = `[{"Plan": {"Node Type": "Nested Loop", "Join Type": "Inner", "Total Cost": 414.44, "Plan Rows": 1, "Actual Total Time": 1.366, "Actual Rows": 0.00, "Actual Loops": 1, "Plans": [
  {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "customers", "Alias": "c", "Total Cost": 406, "Plan Rows": 1, "Actual Total Time": 1.365, "Actual Rows": 0.00, "Actual Loops": 1, "Filter": "(email = 'nobody'::text)", "Rows Removed by Filter": 20000},
  {"Node Type": "Index Scan", "Parent Relationship": "Inner", "Index Name": "orders_pkey", "Relation Name": "orders", "Alias": "o", "Total Cost": 8.44, "Plan Rows": 1, "Actual Total Time": 0, "Actual Rows": 0.00, "Actual Loops": 0, "Index Cond": "(id = c.id)", "Index Searches": 0}]},
  "Planning Time": 0.163, "Execution Time": 1.382}]`;

/** `SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) FROM customers c WHERE c.id < 4` */
const SUBPLAN = `[{"Plan": {"Node Type": "Index Only Scan", "Index Name": "customers_pkey", "Relation Name": "customers", "Alias": "c", "Total Cost": 16078.44, "Plan Rows": 3, "Actual Total Time": 35.255, "Actual Rows": 3.00, "Actual Loops": 1, "Index Cond": "(id < 4)", "Plans": [
  {"Node Type": "Aggregate", "Parent Relationship": "SubPlan", "Subplan Name": "SubPlan 1", "Total Cost": 5358.03, "Plan Rows": 1, "Actual Total Time": 11.737, "Actual Rows": 1.00, "Actual Loops": 3, "Plans": [
    {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "orders", "Alias": "o", "Total Cost": 5358, "Plan Rows": 10, "Actual Total Time": 11.723, "Actual Rows": 8.33, "Actual Loops": 3, "Filter": "(customer_id = c.id)", "Rows Removed by Filter": 199992}]}]},
  "Planning Time": 0.113, "Execution Time": 35.286}]`;

/** EXPLAIN (FORMAT JSON, VERBOSE) without ANALYZE. */
const ESTIMATED = `[{"Plan": {"Node Type": "Seq Scan", "Relation Name": "orders", "Schema": "shop", "Alias": "o", "Startup Cost": 0.00, "Total Cost": 5358.00, "Plan Rows": 10, "Plan Width": 85, "Disabled": true, "Filter": "(o.customer_id = 42)"}}]`;

/** EXPLAIN (ANALYZE, BUFFERS, TIMING OFF). */
const TIMING_OFF = `[{"Plan": {"Node Type": "Seq Scan", "Relation Name": "orders", "Alias": "orders", "Total Cost": 5358, "Plan Rows": 10, "Actual Rows": 7.00, "Actual Loops": 1, "Filter": "(customer_id = 42)", "Rows Removed by Filter": 199993, "Shared Hit Blocks": 2800, "Shared Read Blocks": 58}, "Planning Time": 0.062, "Execution Time": 9.547}]`;

/** An Incremental Sort has its space per kind of group. */
const INCREMENTAL = `[{"Plan": {"Node Type": "Incremental Sort", "Total Cost": 60114.19, "Plan Rows": 200000, "Actual Total Time": 299.853, "Actual Rows": 200000.00, "Actual Loops": 1, "Sort Key": ["status", "total"], "Presorted Key": ["status"], "Full-sort Groups": {"Group Count": 4, "Sort Methods Used": ["quicksort"], "Sort Space Memory": {"Average Sort Space Used": 31, "Peak Sort Space Used": 31}}, "Pre-sorted Groups": {"Group Count": 4, "Sort Methods Used": ["external merge"], "Sort Space Disk": {"Average Sort Space Used": 12392, "Peak Sort Space Used": 12392}}, "Plans": []}, "Execution Time": 306.079}]`;

describe('parsePlan', () => {
  test('takes the text, the array and its element', () => {
    const array: unknown = JSON.parse(ESTIMATED);
    const element: unknown = Array.isArray(array) ? array[0] : null;
    expect(parsePlan(array)).toEqual(parsePlan(ESTIMATED));
    expect(parsePlan(element)).toEqual(parsePlan(ESTIMATED));
  });

  test.each([
    [null],
    [[]],
    [{}],
    ['Seq Scan on orders'],
    ['[{"Plan": []}]'],
    ['{"Plan": {"Total Cost": 1}}'],
  ])('refuses %j', (json) => {
    expect(() => parsePlan(json)).toThrow(PlanFormatError);
  });

  test('reads estimates without ANALYZE', () => {
    const plan = parsePlan(ESTIMATED);
    expect(plan.analyzed).toBe(false);
    expect(plan.totalMs).toBeNull();
    expect(plan.sharedBlocks).toBeNull();
    expect(plan.root).toMatchObject({
      relation: { schema: 'shop', name: 'orders', alias: 'o' },
      estimated: { rows: 10, width: 85, totalCost: 5358 },
      actual: null,
      neverExecuted: false,
      disabled: true,
    });
  });

  test('counts blocks without timing, and leaves the planning blocks out', () => {
    const plan = parsePlan(TIMING_OFF);
    expect(plan.sharedBlocks).toBe(2858);
    expect(plan.analyzed).toBe(true);
    expect(plan.root.actual).toEqual({ rows: 7, loops: 1, totalMs: null });
    expect(plan.root.exclusiveMs).toBeNull();
    expect(parsePlan(PARALLEL).sharedBlocks).toBe(2858);
  });

  test('does not multiply the times of parallel processes', () => {
    const [aggregate, gather, partial, scan] = parsePlan(PARALLEL).nodes();
    expect(scan?.actual).toEqual({ rows: 68.67, loops: 3, totalMs: expect.closeTo(13.938, 6) });
    expect(partial?.exclusiveMs).toBeCloseTo(14.069 - 13.938, 6);
    expect(gather?.exclusiveMs).toBeCloseTo(22.782 - 14.069, 6);
    expect(aggregate?.exclusiveMs).toBeCloseTo(22.793 - 22.782, 6);
  });

  test('multiplies the loops of a subplan and charges them to it, not to its parent', () => {
    const [scan, aggregate, inner] = parsePlan(SUBPLAN).nodes();
    expect(inner?.actual?.totalMs).toBeCloseTo(11.723 * 3, 6);
    expect(aggregate?.subplanName).toBe('SubPlan 1');
    expect(scan?.exclusiveMs).toBeCloseTo(35.255 - 11.737 * 3, 6);
  });

  test('charges a CTE once: to its own nodes, neither to its scan nor to the node that declares it', () => {
    const plan = parsePlan(CTE);
    const [aggregate, declared, , scan] = plan.nodes();
    expect(declared?.exclusiveMs).toBeCloseTo(21.606, 6);
    expect(scan?.exclusiveMs).toBeCloseTo(21.686 - 21.606, 6);
    expect(aggregate?.exclusiveMs).toBeCloseTo(22.456 - 22.424, 6);
    const sum = plan.nodes().reduce((total, node) => total + (node.exclusiveMs ?? 0), 0);
    expect(sum).toBeCloseTo(plan.root.actual?.totalMs ?? 0, 6);
  });

  test('is never below nothing: averages of parallel processes may exceed what is above them', () => {
    const below = {
      'Node Type': 'Seq Scan',
      'Parent Relationship': 'Outer',
      'Actual Total Time': 7,
      'Actual Rows': 1,
      'Actual Loops': 3,
    };
    const gather = {
      'Node Type': 'Gather',
      'Actual Total Time': 6,
      'Actual Rows': 1,
      'Actual Loops': 1,
      'Workers Planned': 2,
      Plans: [below],
    };
    expect(parsePlan({ Plan: gather }).root.exclusiveMs).toBe(0);
  });

  test('tells a node that was never executed from one that found nothing', () => {
    const [join, empty, never] = parsePlan(NEVER_EXECUTED).nodes();
    expect(empty).toMatchObject({ actual: { rows: 0, loops: 1 }, neverExecuted: false });
    expect(never).toMatchObject({ actual: null, neverExecuted: true, exclusiveMs: null, indexSearches: 0 });
    expect(join?.exclusiveMs).toBeCloseTo(0.001, 6);
  });

  test('knows the indexes it uses and the way to the root', () => {
    const plan = parsePlan(CTE);
    expect(plan.usesIndex('customers_pkey')).toBe(true);
    expect(plan.usesIndex('customers')).toBe(false);
    const scan = plan.nodes().find(({ cte }) => cte === 'r');
    expect(scan === undefined ? [] : plan.ancestors(scan).map(({ type }) => type)).toEqual([
      'Nested Loop',
      'Aggregate',
    ]);
  });

  test('sees an incremental sort that went to disk in one kind of group', () => {
    expect(parsePlan(INCREMENTAL).root).toMatchObject({
      sortSpaceType: 'Disk',
      sortKey: ['status', 'total'],
    });
  });
});

/** What PostgreSQL 18 gives with every option, of a parallel plan. */
const EVERYTHING = {
  Plan: {
    'Node Type': 'Gather',
    'Workers Planned': 2,
    'Workers Launched': 1,
    'Actual Rows': 2,
    'Actual Loops': 1,
    'Actual Total Time': 30,
    'Shared Hit Blocks': 300,
    'Shared Read Blocks': 60,
    'Temp Read Blocks': 40,
    'Temp Written Blocks': 50,
    'WAL Records': 3,
    'WAL FPI': 1,
    'WAL Bytes': 8_300,
    'WAL Buffers Full': 0,
    Plans: [
      {
        'Node Type': 'Sort',
        'Parent Relationship': 'Outer',
        'Actual Rows': '1.50',
        'Actual Loops': 2,
        'Actual Total Time': 20,
        'Sort Key': ['id'],
        'Sort Method': 'quicksort',
        'Sort Space Used': 25,
        'Sort Space Type': 'Memory',
        'Shared Hit Blocks': 200,
        'Shared Read Blocks': 50,
        'Temp Written Blocks': 50,
        Workers: [
          {
            'Worker Number': 0,
            'Actual Rows': 1,
            'Actual Loops': 1,
            'Sort Method': 'external merge',
            'Sort Space Used': 400,
            'Sort Space Type': 'Disk',
          },
        ],
      },
    ],
  },
  Settings: { work_mem: '64kB' },
  Planning: { 'Shared Hit Blocks': 12, 'Shared Read Blocks': 1, 'Memory Used': 32, 'Memory Allocated': 64 },
  'Planning Time': 0.2,
  Triggers: [{ 'Trigger Name': 'RI_1', 'Constraint Name': 'a_fkey', Relation: 'a', Time: 4.5, Calls: 9 }],
  JIT: { Functions: 7, Timing: { Generation: 1, Total: 6 } },
  Serialization: { Time: 1.5, 'Output Volume': 12, Format: 'text' },
  'Execution Time': 40,
};

describe('what PostgreSQL 18 adds', () => {
  test('of the statement: settings, planning, triggers, compilation, serialization', () => {
    expect(parsePlan(EVERYTHING).statement).toEqual({
      planningMs: 0.2,
      executionMs: 40,
      planning: { hitBlocks: 12, readBlocks: 1, memoryKb: 32 },
      triggers: [{ name: 'RI_1', constraint: 'a_fkey', relation: 'a', ms: 4.5, calls: 9 }],
      jit: { functions: 7, totalMs: 6 },
      settings: { work_mem: '64kB' },
      serialization: { ms: 1.5, outputKb: 12 },
      queryText: null,
    });
  });

  test('a sort went to disk where one of its processes did', () => {
    const [gather, sort] = parsePlan(EVERYTHING).nodes();
    expect(gather?.gather).toEqual({ planned: 2, launched: 1 });
    expect(gather?.wal).toEqual({ records: 3, fullPageImages: 1, bytes: 8_300, buffersFull: 0 });
    expect(sort).toMatchObject({
      sortSpaceType: 'Disk',
      sortSpaceUsedKb: 400,
      actual: { rows: 1.5, loops: 2, totalMs: 20 },
      workers: [{ rows: 1, loops: 1 }],
    });
  });

  test('numbers the nodes, and gives each the blocks that are its own', () => {
    const nodes = parsePlan(EVERYTHING).nodes();
    expect(nodes.map(({ id }) => id)).toEqual([1, 2]);
    expect(nodes.map(({ exclusiveBlocks }) => exclusiveBlocks)).toEqual([110, 250]);
    expect(nodes.map(({ exclusiveTempBlocks }) => exclusiveTempBlocks)).toEqual([0, 50]);
    expect(
      parsePlan(CTE)
        .nodes()
        .map(({ exclusiveBlocks }) => exclusiveBlocks),
    ).toEqual([null, null, null, null, null]);
  });
});
