import { expect, test } from 'vitest';
import { countedWorkload } from './workload.ts';

test.for([
  ['pg_stat_statements top 5', 5],
  ['top 20 of `pg_stat_statements`', 20],
  ['pg_stat_statements', 5],
  ['pg_stat_statements, top 0', 1],
  ['pg_stat_statements top 5000', 100],
] as const)('%s', ([text, top]) => {
  expect(countedWorkload(text)).toEqual({ top });
});

test.for([null, 'bench/workload.sql', 'my_pg_stat_statements_copy'])('%s is none', (text) => {
  expect(countedWorkload(text)).toBeNull();
});
