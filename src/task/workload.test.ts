import { describe, expect, test } from 'vitest';
import { workloadOf as read } from './workload.ts';

const NOTHING = { query: null, queries: [], sqlBlocks: [], hardware: null };
const workloadOf = (workload: string | null) => read({ ...NOTHING, workload });

describe('the statements that a server counted', () => {
  test.for([
    ['pg_stat_statements top 5', 5],
    ['top 20 of `pg_stat_statements`', 20],
    ['pg_stat_statements', 5],
    ['pg_stat_statements, top 0', 1],
    ['pg_stat_statements top 5000', 100],
  ] as const)('%s', ([text, top]) => {
    expect(workloadOf(text)).toEqual({ from: 'pg_stat_statements', top });
  });
});

describe('the statements of a file', () => {
  test.for([
    ['bench/workload.sql', 'bench/workload.sql'],
    [' ./queries.SQL ', './queries.SQL'],
    ['the nightly reports (db/reports.sql)', 'db/reports.sql'],
    ['db/reports.sql, all of them', 'db/reports.sql'],
    ['everything in db/reports.sql', 'db/reports.sql'],
    ['exports/pg_stat_statements.sql', 'exports/pg_stat_statements.sql'],
  ] as const)('%s', ([text, path]) => {
    expect(workloadOf(text)).toEqual({ from: 'file', path });
  });
});

test.for([
  null,
  '',
  'OLTP, 200 requests a second',
  'my_pg_stat_statements_copy',
  'bench/workload.sqlite',
  'migrations/20260101000000_orders.up.sql',
])('%s is none', (text) => {
  expect(workloadOf(text)).toBeNull();
});

test.for([
  ['a statement is stated', { query: 'SELECT 1' }],
  ['several are', { queries: ['SELECT 1', 'SELECT 2'] }],
  ['it is what a machine has to bear', { hardware: '4 cores' }],
] as const)('none is asked for where %s', ([, more]) => {
  expect(read({ ...NOTHING, workload: 'queries.sql', ...more })).toBeNull();
});
