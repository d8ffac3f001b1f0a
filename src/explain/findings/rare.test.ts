import { describe, expect, test } from 'vitest';
import { relationFacts } from '../../../test/support/facts.ts';
import { planNode as node, type PlanFields as Fields } from '../../../test/support/plan-json.ts';
import { parsePlan } from '../plan.ts';
import { findingsOf } from './index.ts';

// What a test's database does not show in a second: very large tables, cold caches, checkpoints, compilation, workers
// that come late. Plans are as PostgreSQL 18.4 gives them, the others of `findings` are in test/explain-findings.test.ts.

const plan = (root: Fields, fields: Fields = {}) =>
  findingsOf(parsePlan({ Plan: root, 'Planning Time': 0.1, 'Execution Time': 100, ...fields }), [EVENTS]);

const codes = (...args: Parameters<typeof plan>) => plan(...args).map(({ code }) => code);

const EVENTS = relationFacts('events', { schema: 'app', rows: 20_000_000, sizeBytes: 4_000_000_000 });

const scan = (fields: Fields) =>
  node('Seq Scan', { 'Relation Name': 'events', Alias: 'events', 'Parallel Aware': false, ...fields });

const byIndex = (fields: Fields) =>
  node('Index Scan', {
    'Relation Name': 'events',
    Alias: 'events',
    'Index Name': 'events_at_idx',
    'Index Cond': "(at > '2026-01-01')",
    'Actual Total Time': 90,
    'Index Searches': 1,
    ...fields,
  });

describe('scattered-rows', () => {
  const reading = (blocks: number, rows: number, fields: Fields = {}) =>
    codes(byIndex({ 'Shared Hit Blocks': blocks, 'Actual Rows': rows, 'Plan Rows': rows, ...fields }));

  test('ten blocks for each row', () => {
    expect(reading(20_000, 2_000)).toEqual([]);
    expect(reading(20_020, 2_000)).toEqual(['scattered-rows']);
  });

  test('not for lookups that find nothing: each descends', () => {
    expect(reading(30_000, 0, { 'Actual Loops': 10_000, 'Index Searches': 10_000 })).toEqual([]);
  });

  test('an index-only scan needs a page for some hundred rows, and those that it fetches from the table', () => {
    const only = { 'Node Type': 'Index Only Scan', 'Heap Fetches': 0 };
    expect(reading(2_000, 30_000, only)).toEqual(['scattered-rows']);
    expect(reading(2_000, 60_000, only)).toEqual([]);
    expect(reading(2_000, 30_000, { ...only, 'Heap Fetches': 900 })).toEqual([]);
  });
});

describe('list-descents and skip-scan', () => {
  const list = { 'Index Cond': "(id = ANY ('{1,1000,2000}'::integer[]))" };

  test('a list whose elements lie apart', () => {
    const found = { 'Actual Rows': 2_000, 'Plan Rows': 2_000 };
    expect(codes(byIndex({ ...list, ...found, 'Index Searches': 1_900 }))).toEqual(['list-descents']);
    expect(codes(byIndex({ ...list, ...found, 'Index Searches': 37 }))).toEqual([]);
  });

  test('more descents than rows', () => {
    const few = { 'Actual Rows': 900, 'Plan Rows': 900 };
    expect(codes(byIndex({ ...few, 'Index Searches': 1_000 }))).toEqual(['skip-scan']);
    expect(codes(byIndex({ ...few, 'Index Searches': 99 }))).toEqual([]);
  });

  test('not the lookups of a loop', () => {
    const lookups = { 'Plan Rows': 1, 'Actual Rows': 0, 'Actual Loops': 1_000, 'Index Searches': 1_000 };
    expect(codes(byIndex(lookups))).toEqual([]);
  });
});

describe('serial-scan', () => {
  const large = scan({ 'Actual Total Time': 90, 'Actual Rows': 1_000, 'Shared Read Blocks': 200_000 });

  test('800 MB by one process', () => {
    const settings = { Settings: { max_parallel_workers_per_gather: '0' } };
    expect(plan(large, settings)[0]).toMatchObject({
      code: 'serial-scan',
      message: expect.stringContaining('200,000 pages of events; max_parallel_workers_per_gather is 0'),
      costMs: 90,
    });
  });

  test('not below a Gather, not where something is written, not for less', () => {
    const gathered = node(
      'Gather',
      { 'Workers Planned': 2, 'Workers Launched': 2, 'Actual Rows': 1_000 },
      large,
    );
    const written = node('ModifyTable', { Operation: 'Delete', 'Actual Rows': 0 }, large);
    for (const root of [gathered, written, { ...large, 'Shared Read Blocks': 99_000 }])
      expect(codes(root)).not.toContain('serial-scan');
  });

  test('by the size of the table where nothing was executed', () => {
    expect(codes({ 'Node Type': 'Seq Scan', 'Relation Name': 'events' }, { 'Execution Time': null })).toEqual(
      ['serial-scan'],
    );
  });
});

describe('parallel-skew', () => {
  const workers = (...rows: number[]) =>
    node(
      'Gather',
      { 'Workers Planned': 3, 'Workers Launched': 3, 'Actual Rows': 40_000, 'Plan Rows': 40_000 },
      scan({
        'Parallel Aware': true,
        'Plan Rows': 10_000,
        'Actual Rows': 10_000,
        'Actual Loops': 4,
        Workers: rows.map((count) => ({ 'Actual Rows': count, 'Actual Loops': 1 })),
      }),
    );

  test('one of four returns three quarters', () => {
    expect(plan(workers(2_000, 31_000, 3_000))).toMatchObject([
      { code: 'parallel-skew', costMs: null, numbers: { processes: 4, rows: 40_000, rowsOfBusiest: 31_000 } },
    ]);
  });

  test('the leader counts, too', () => {
    expect(plan(workers(1_000, 2_000, 3_000))[0]?.numbers).toMatchObject({ rowsOfBusiest: 34_000 });
    expect(codes(workers(10_000, 9_000, 12_000))).toEqual([]);
  });
});

describe('of the statement as a whole', () => {
  const one = node('Result', { 'Actual Rows': 1, 'Plan Rows': 1, 'Actual Total Time': 50 });

  test('jit-overhead: a fifth of the execution', () => {
    const jit = (ms: number) => ({ JIT: { Functions: 12, Timing: { Total: ms } } });
    expect(plan(one, jit(20))).toMatchObject([
      { code: 'jit-overhead', costMs: 20, numbers: { functions: 12 } },
    ]);
    expect(codes(one, jit(19))).toEqual([]);
  });

  test('planning-heavy: longer than executing, and lost only where nothing was read for it', () => {
    const planned = (ms: number, read: number) =>
      plan(one, {
        'Planning Time': ms,
        'Execution Time': 5,
        Planning: { 'Shared Hit Blocks': 900, 'Shared Read Blocks': read, 'Memory Used': 4000 },
      });
    expect(planned(12, 0)).toMatchObject([
      { code: 'planning-heavy', costMs: 12, numbers: { blocks: 900, memoryKb: 4000 } },
    ]);
    expect(planned(12, 30)).toMatchObject([{ code: 'planning-heavy', costMs: null }]);
    expect(planned(9, 0)).toEqual([]);
  });

  test('cold-reads: a note, with the time that they took', () => {
    const reading = (hit: number, read: number) =>
      plan({ ...one, 'Shared Hit Blocks': hit, 'Shared Read Blocks': read, 'Shared I/O Read Time': 33 });
    expect(reading(1_000, 1_000)).toMatchObject([
      { code: 'cold-reads', costMs: null, message: expect.stringContaining('50 %') as string },
    ]);
    expect(reading(1_000, 900)).toEqual([]);
    expect(reading(0, 99)).toEqual([]);
  });
});

describe('wal-heavy-write', () => {
  const insert = (rows: number, wal: Fields) =>
    codes(
      node(
        'ModifyTable',
        {
          Operation: 'Insert',
          'Relation Name': 'events',
          'Plan Rows': 0,
          'Actual Rows': 0,
          'WAL Records': 5_000,
          ...wal,
        },
        node('Result', { 'Actual Rows': rows, 'Plan Rows': rows, 'Plan Width': 40 }),
      ),
    );

  test('many bytes a row, images of whole pages, or full buffers', () => {
    expect(insert(1_000, { 'WAL Bytes': 2_500_000, 'WAL FPI': 10 })).toEqual(['wal-heavy-write']);
    expect(insert(100_000, { 'WAL Bytes': 9_000_000, 'WAL FPI': 900 })).toEqual(['wal-heavy-write']);
    expect(insert(100_000, { 'WAL Bytes': 9_000_000, 'WAL Buffers Full': 3 })).toEqual(['wal-heavy-write']);
  });

  test('not the usual amount, and not a little', () => {
    expect(insert(100_000, { 'WAL Bytes': 9_000_000, 'WAL FPI': 10, 'WAL Buffers Full': 0 })).toEqual([]);
    expect(insert(1, { 'WAL Bytes': 900_000, 'WAL FPI': 100 })).toEqual([]);
  });
});

describe('not-in-subplan', () => {
  const notIn = (name: string, rows: number) =>
    codes(
      {
        'Node Type': 'Seq Scan',
        'Relation Name': 'small',
        Filter: `(NOT (ANY (id = (${name}).col1)))`,
        Plans: [
          {
            'Node Type': 'Materialize',
            'Parent Relationship': 'SubPlan',
            'Subplan Name': 'SubPlan 1',
            'Plan Rows': rows,
          },
        ],
      },
      { 'Execution Time': null },
    );

  test('shows by estimates alone, unless it is hashed or small', () => {
    expect(notIn('SubPlan 1', 5_000)).toEqual(['not-in-subplan']);
    expect(notIn('hashed SubPlan 1', 5_000)).toEqual([]);
    expect(notIn('SubPlan 1', 500)).toEqual([]);
  });
});
