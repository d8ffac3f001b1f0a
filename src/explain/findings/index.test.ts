import { describe, expect, test } from 'vitest';
import type { RelationFacts } from '../../facts.ts';
import { parsePlan } from '../plan.ts';
import { findingsOf } from './index.ts';
import { relationFacts } from '../../../test/support/facts.ts';

// Plans of PostgreSQL 18.4 over 200,000 orders, keys that nothing reads left out.

const SEQUENTIAL = `[{"Plan": {"Node Type": "Limit", "Total Cost": 5358.19, "Plan Rows": 10, "Actual Total Time": 9.987, "Actual Rows": 7.00, "Actual Loops": 1, "Plans": [
  {"Node Type": "Sort", "Parent Relationship": "Outer", "Total Cost": 5358.19, "Plan Rows": 10, "Actual Total Time": 9.984, "Actual Rows": 7.00, "Actual Loops": 1, "Sort Key": ["created_at DESC"], "Sort Method": "quicksort", "Sort Space Used": 25, "Sort Space Type": "Memory", "Plans": [
    {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "orders", "Alias": "orders", "Total Cost": 5358, "Plan Rows": 10, "Actual Total Time": 9.971, "Actual Rows": 7.00, "Actual Loops": 1, "Filter": "(customer_id = 42)", "Rows Removed by Filter": 199993}]}]},
  "Planning Time": 0.085, "Execution Time": 10.008}]`;

const TOP_N = `[{"Plan": {"Node Type": "Limit", "Total Cost": 8029.82, "Plan Rows": 20, "Actual Total Time": 30.898, "Actual Rows": 20.00, "Actual Loops": 1, "Plans": [
  {"Node Type": "Sort", "Parent Relationship": "Outer", "Total Cost": 8280.78, "Plan Rows": 100406, "Actual Total Time": 30.894, "Actual Rows": 20.00, "Actual Loops": 1, "Sort Key": ["created_at DESC"], "Sort Method": "top-N heapsort", "Sort Space Used": 29, "Sort Space Type": "Memory", "Plans": [
    {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "orders", "Alias": "orders", "Total Cost": 5358, "Plan Rows": 100406, "Actual Total Time": 24.133, "Actual Rows": 100371.00, "Actual Loops": 1, "Filter": "(total > '500'::numeric)", "Rows Removed by Filter": 99629}]}]},
  "Planning Time": 0.121, "Execution Time": 30.921}]`;

const INNER_SEQUENTIAL = `[{"Plan": {"Node Type": "Nested Loop", "Join Type": "Inner", "Total Cost": 44164.27, "Plan Rows": 60, "Actual Total Time": 125.422, "Actual Rows": 64.00, "Actual Loops": 1, "Join Filter": "(c.id = o.customer_id)", "Rows Removed by Join Filter": 1199936, "Plans": [
  {"Node Type": "Index Scan", "Parent Relationship": "Outer", "Index Name": "customers_pkey", "Relation Name": "customers", "Alias": "c", "Total Cost": 16.27, "Plan Rows": 6, "Actual Total Time": 0.103, "Actual Rows": 6.00, "Actual Loops": 1, "Index Cond": "(id < 300)", "Filter": "(city = 'city7'::text)", "Rows Removed by Filter": 293, "Index Searches": 1},
  {"Node Type": "Seq Scan", "Parent Relationship": "Inner", "Relation Name": "orders", "Alias": "o", "Total Cost": 4858, "Plan Rows": 200000, "Actual Total Time": 9.504, "Actual Rows": 200000.00, "Actual Loops": 6}]},
  "Planning Time": 0.111, "Execution Time": 125.459}]`;

const WALKED_FOR_ORDER = `[{"Plan": {"Node Type": "Limit", "Total Cost": 45.75, "Plan Rows": 5, "Actual Total Time": 55.71, "Actual Rows": 0.00, "Actual Loops": 1, "Plans": [
  {"Node Type": "Index Scan", "Parent Relationship": "Outer", "Index Name": "orders_pkey", "Relation Name": "orders", "Alias": "orders", "Total Cost": 9065.42, "Plan Rows": 1000, "Actual Total Time": 55.707, "Actual Rows": 0.00, "Actual Loops": 1, "Filter": "(length(note) = 41)", "Rows Removed by Filter": 200000, "Index Searches": 1}]},
  "Planning Time": 0.109, "Execution Time": 55.736}]`;

const INEFFICIENT = `[{"Plan": {"Node Type": "Bitmap Heap Scan", "Relation Name": "orders", "Alias": "orders", "Total Cost": 3232.65, "Plan Rows": 7, "Actual Total Time": 7.903, "Actual Rows": 6.00, "Actual Loops": 1, "Filter": "(total > 999.5)", "Rows Removed by Filter": 14210, "Plans": [
  {"Node Type": "Bitmap Index Scan", "Parent Relationship": "Outer", "Index Name": "orders_status_idx", "Total Cost": 159.75, "Plan Rows": 14327, "Actual Total Time": 0.719, "Actual Rows": 14216.00, "Actual Loops": 1, "Index Cond": "(status = 'new'::text)", "Index Searches": 1}]},
  "Planning Time": 0.086, "Execution Time": 7.992}]`;

const DISK = `[{"Plan": {"Node Type": "Sort", "Total Cost": 53053.64, "Plan Rows": 200000, "Actual Total Time": 291.022, "Actual Rows": 200000.00, "Actual Loops": 1, "Sort Key": ["total"], "Sort Method": "external merge", "Sort Space Used": 13808, "Sort Space Type": "Disk", "Plans": [
  {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "orders", "Alias": "orders", "Total Cost": 4858, "Plan Rows": 200000, "Actual Total Time": 26.009, "Actual Rows": 200000.00, "Actual Loops": 1}]},
  "Planning Time": 0.074, "Execution Time": 307.468}]`;

const MISESTIMATE = `[{"Plan": {"Node Type": "Seq Scan", "Relation Name": "customers", "Alias": "customers", "Total Cost": 506, "Plan Rows": 100, "Actual Total Time": 5.339, "Actual Rows": 20000.00, "Actual Loops": 1, "Filter": "((id > 0) AND (lower(email) ~~ 'u%'::text))", "Rows Removed by Filter": 0}, "Planning Time": 0.092, "Execution Time": 5.932}]`;

const CUT_SHORT = `[{"Plan": {"Node Type": "Limit", "Total Cost": 5.34, "Plan Rows": 300, "Actual Total Time": 9.053, "Actual Rows": 300.00, "Actual Loops": 1, "Plans": [
  {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "customers", "Alias": "customers", "Total Cost": 356, "Plan Rows": 20000, "Actual Total Time": 9.036, "Actual Rows": 300.00, "Actual Loops": 1}]}, "Execution Time": 9.1}]`;

const JOIN_FILTER = `[{"Plan": {"Node Type": "Nested Loop", "Join Type": "Inner", "Total Cost": 1592.43, "Plan Rows": 599, "Actual Total Time": 11.236, "Actual Rows": 300.00, "Actual Loops": 1, "Join Filter": "((a.id = b.id) OR (a.email = b.city))", "Rows Removed by Join Filter": 89700, "Plans": [
  {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "a", "Alias": "a", "Total Cost": 5.34, "Plan Rows": 300, "Actual Total Time": 0.11, "Actual Rows": 300.00, "Actual Loops": 1},
  {"Node Type": "Materialize", "Parent Relationship": "Inner", "Total Cost": 9.84, "Plan Rows": 300, "Actual Total Time": 0.014, "Actual Rows": 300.00, "Actual Loops": 300, "Plans": [
    {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "b", "Alias": "b", "Total Cost": 5.34, "Plan Rows": 300, "Actual Total Time": 0.045, "Actual Rows": 300.00, "Actual Loops": 1}]}]},
  "Execution Time": 11.295}]`;

const ESTIMATED = `[{"Plan": {"Node Type": "Seq Scan", "Relation Name": "orders", "Schema": "shop", "Alias": "orders", "Total Cost": 5358, "Plan Rows": 10, "Plan Width": 85, "Filter": "(orders.customer_id = 42)"}}]`;

function table(name: string, more: Partial<RelationFacts> = {}): RelationFacts {
  return relationFacts(name, { rows: 200_000, sizeBytes: 23_000_000, ...more });
}

const codes = (plan: string, relations: readonly RelationFacts[] = [table('orders')]) =>
  findingsOf(parsePlan(plan), relations).map(({ code }) => code);

function isStale(more: Partial<RelationFacts>): boolean {
  return codes(ESTIMATED, [table('orders', more)]).includes('stale-statistics');
}

describe('findings', () => {
  test.each([
    ['a scan of everything for seven rows', SEQUENTIAL, ['sequential-scan']],
    ['half of a table sorted for twenty rows', TOP_N, ['sort-for-few-rows']],
    [
      'a table read once for each outer row',
      INNER_SEQUENTIAL,
      ['join-filter-waste', 'inner-sequential-scan'],
    ],
    [
      'an index walked for its order is not also inefficient',
      WALKED_FOR_ORDER,
      ['order-by-limit-wrong-index'],
    ],
    ['a bitmap that leads to too much', INEFFICIENT, ['inefficient-index']],
    ['a sort on disk', DISK, ['disk-sort']],
    ['too few rows expected', MISESTIMATE, ['row-misestimate']],
    ['fewer rows than estimated because a limit was reached', CUT_SHORT, []],
    ['pairs thrown away by an OR', JOIN_FILTER, ['join-filter-waste']],
    ['estimates alone', ESTIMATED, ['sequential-scan']],
  ])('%s', (_, plan, expected) => {
    expect(codes(plan).toSorted()).toEqual(expected.toSorted());
  });

  test('carry numbers, the relation with its schema, and what they cost', () => {
    const [finding] = findingsOf(parsePlan(SEQUENTIAL), [table('orders')]);
    expect(finding).toEqual({
      code: 'sequential-scan',
      message: 'all 200,000 rows of orders are read for the 7 that match (customer_id = 42)',
      advice: 'an index on the columns of the condition finds the matching rows without the others',
      node: 3,
      relation: { schema: 'shop', name: 'orders' },
      costMs: 9.971,
      numbers: { rowsRead: 200_000, rowsKept: 7, filter: '(customer_id = 42)' },
    });
  });

  test('name no relation where the name stands for two', () => {
    const [finding] = findingsOf(parsePlan(SEQUENTIAL), [
      table('orders'),
      table('orders', { schema: 'archive' }),
    ]);
    expect(finding?.relation).toBeNull();
  });

  test('come worst first, those without a time last', () => {
    const stale = table('orders', { rowsModifiedSinceAnalyze: 90_000 });
    expect(codes(INNER_SEQUENTIAL, [stale])).toEqual([
      'join-filter-waste',
      'inner-sequential-scan',
      'stale-statistics',
    ]);
  });

  test('leave out what takes less than a millisecond', () => {
    expect(codes(SEQUENTIAL.replaceAll('9.9', '0.9'))).toEqual([]);
  });

  test('leave out what takes less than 5 % of the statement', () => {
    expect(codes(SEQUENTIAL.replace('"Execution Time": 10.008', '"Execution Time": 500'))).toEqual([]);
  });

  test('do not mind a nested loop over a table of a few pages', () => {
    expect(codes(INNER_SEQUENTIAL, [table('orders', { sizeBytes: 65_536 })])).toEqual(['join-filter-waste']);
  });
});

describe('stale-statistics', () => {
  test('follow the threshold of autovacuum: 10 % and 50 rows', () => {
    expect(isStale({ rowsModifiedSinceAnalyze: 20_050 })).toBe(false);
    expect(isStale({ rowsModifiedSinceAnalyze: 20_051 })).toBe(true);
  });

  test('were never made for a table with rows, and are not missed for an empty one', () => {
    expect(isStale({ analyzed: false, rows: null })).toBe(true);
    expect(isStale({ analyzed: false, rows: null, sizeBytes: 0 })).toBe(false);
  });

  test('are not asked of a view', () => {
    expect(isStale({ kind: 'view', analyzed: false })).toBe(false);
  });
});
