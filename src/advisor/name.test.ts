import { describe, expect, test } from 'vitest';
import { indexName } from './name.ts';

const free = () => false;

// The expected names are what PostgreSQL 18.4 itself chose for `CREATE INDEX ON …`.
describe('indexName', () => {
  test('joins table and columns', () => {
    expect(indexName('orders', ['customer_id', 'created_at'], free)).toBe(
      'orders_customer_id_created_at_idx',
    );
  });

  test('counts up while the name is taken', () => {
    const taken = new Set(['orders_status_idx', 'orders_status_idx1']);
    expect(indexName('orders', ['status'], (name) => taken.has(name))).toBe('orders_status_idx2');
  });

  test('shortens the longer part first', () => {
    const table = 't'.repeat(50);
    expect(indexName(table, ['c'.repeat(20), 'd'.repeat(20)], free)).toBe(
      'ttttttttttttttttttttttttttttt_cccccccccccccccccccc_dddddddd_idx',
    );
    expect(indexName('t'.repeat(63), ['id'], free)).toBe(
      'tttttttttttttttttttttttttttttttttttttttttttttttttttttttt_id_idx',
    );
  });

  test('never cuts a character', () => {
    expect(indexName('täöü'.repeat(8), ['größe'.repeat(4)], free)).toBe(
      'täöütäöütäöütäöüt_größegrößegrößegröße_idx',
    );
  });

  test('stays within 63 bytes for any number of columns', () => {
    const name = indexName(
      'orders',
      Array.from({ length: 9 }, (_, at) => `a_rather_long_column_${at}`),
      free,
    );
    expect(name).toBe('orders_a_rather_long_column_0_a_rather_long_column_1_a_rath_idx');
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
  });
});
