import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { onlySetsSession, sessionSettings } from './session-settings.ts';

beforeAll(loadParser);

test.for([
  ["SET work_mem = '64MB'", { work_mem: '64MB' }],
  ['SET enable_nestloop = off', { enable_nestloop: 'off' }],
  ['SET LOCAL random_page_cost TO 1.1', { random_page_cost: '1.1' }],
  ['SET JIT = off; SET work_mem = 65536', { jit: 'off', work_mem: '65536' }],
  ['SET join_collapse_limit = 12', { join_collapse_limit: '12' }],
] as const)('%s', ([sql, settings]) => {
  expect(sessionSettings(sql)).toEqual(settings);
});

test.for([
  'SET search_path = evil',
  'SET role = postgres',
  'SET ROLE postgres',
  'SET SESSION AUTHORIZATION postgres',
  'SET row_security = off',
  'SET transaction_read_only = off',
  'SET statement_timeout = 0',
  "SET session_preload_libraries = 'x'",
  "SET work_mem_evil = '1'",
  'SET my.work_mem = 1',
  'SET work_mem TO DEFAULT',
  'SET work_mem FROM CURRENT',
  'RESET work_mem',
  "SET work_mem = '64MB'; DROP TABLE t",
  "SET work_mem = '64MB'; SET search_path = evil",
  'SELECT 1',
  'not a statement',
  '',
])('nothing of %s', (sql) => {
  expect(sessionSettings(sql)).toBeNull();
});

test('what only sets its session is told from what stays', () => {
  for (const sql of ['SET search_path = evil', 'RESET work_mem', 'SET ROLE a; RESET ALL'])
    expect(onlySetsSession(sql)).toBe(true);
  for (const sql of ['ALTER ROLE a SET work_mem = 1', 'SET a.b = 1; DROP TABLE t', 'SELECT 1', 'no sql', ''])
    expect(onlySetsSession(sql)).toBe(false);
});
