import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatements } from './parse.ts';
import { featuresOfRoutine, sessionFeatures } from './session-features.ts';

beforeAll(loadParser);

function featuresOf(text: string) {
  return parseStatements(text).flatMap(({ tree, sql }) => sessionFeatures(tree, sql));
}

describe('what lasts longer than its transaction', () => {
  test.each([
    ['LISTEN jobs', 'listen', 'jobs'],
    [`SET search_path = 'shop'`, 'session-setting', 'search_path'],
    ['SET work_mem = $1', 'session-setting', 'work_mem'],
    ['SET ROLE reader', 'session-setting', 'role'],
    ['RESET ALL', 'session-setting', 'ALL'],
    ['SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY', 'session-setting', 'SESSION CHARACTERISTICS'],
    [`SELECT set_config('app.tenant', $1, false)`, 'session-setting', 'app.tenant'],
    ['PREPARE p AS SELECT 1', 'prepared-statement', 'p'],
    ['EXECUTE p', 'prepared-statement', 'p'],
    ['DECLARE c CURSOR WITH HOLD FOR SELECT 1', 'holdable-cursor', 'c'],
    ['SELECT pg_advisory_lock(42)', 'advisory-lock', null],
    ['SELECT pg_catalog.pg_try_advisory_lock_shared(1, 2)', 'advisory-lock', null],
    ['SELECT pg_advisory_unlock_all()', 'advisory-lock', null],
    ['CREATE TEMP TABLE t (a int)', 'temporary-table', 't'],
    ['CREATE TABLE pg_temp.t (a int)', 'temporary-table', 't'],
    ['CREATE TEMP TABLE t AS SELECT 1', 'temporary-table', 't'],
    ['SELECT 1 INTO TEMP t', 'temporary-table', 't'],
    ['CREATE TEMP VIEW v AS SELECT 1', 'temporary-table', 'v'],
    ['CREATE TEMP SEQUENCE s', 'temporary-table', 's'],
    [`LOAD 'auto_explain'`, 'library', 'auto_explain'],
    [`DO $$ BEGIN PERFORM pg_advisory_lock(1); END $$`, 'advisory-lock', null],
  ])('%s', (sql, feature, name) => {
    expect(featuresOf(sql)).toEqual([{ feature, name, certain: true }]);
  });

  test('is only possible where the statement does not tell', () => {
    expect(featuresOf('SELECT set_config($1, $2, $3)')).toEqual([
      { feature: 'session-setting', name: null, certain: false },
    ]);
    expect(featuresOf(`SELECT currval('orders_id_seq')`)).toEqual([
      { feature: 'sequence-value', name: 'currval', certain: false },
    ]);
  });

  test('is named once however often a statement uses it', () => {
    expect(featuresOf('SELECT pg_advisory_lock(1), pg_advisory_lock(2)')).toHaveLength(1);
  });

  test('is found in the body of a routine', () => {
    const definition = `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        CREATE TEMP TABLE work (id int);
        PERFORM set_config('app.user', 'x', false);
        UPDATE shop.orders SET total = 0 WHERE id = 1;
      END $$`;
    expect(featuresOfRoutine(definition).map(({ feature, name }) => [feature, name])).toEqual(
      expect.arrayContaining([
        ['temporary-table', 'work'],
        ['session-setting', 'app.user'],
      ]),
    );
    expect(featuresOfRoutine(definition)).toHaveLength(2);
  });

  test('is not seen in a routine that cannot be read', () => {
    expect(
      featuresOfRoutine('CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN nonsense $$'),
    ).toEqual([]);
  });
});

test.each([
  'NOTIFY jobs',
  `SELECT pg_notify('jobs', '1')`,
  'SET LOCAL work_mem = 64',
  'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
  `SET TIME ZONE 'UTC'`,
  `SET application_name = 'x'`,
  `SELECT set_config('app.tenant', $1, true)`,
  `SELECT set_config('TimeZone', 'UTC', false)`,
  'SELECT pg_advisory_xact_lock(1)',
  'SELECT pg_try_advisory_xact_lock_shared(1)',
  'DECLARE c CURSOR FOR SELECT 1',
  'CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1',
  'CREATE TEMP TABLE t (a int) ON COMMIT DROP',
  'CREATE TABLE t (a int)',
  'UPDATE t SET a = 1',
  'UNLISTEN *',
  `SELECT 'LISTEN jobs'`,
])('does no harm: %s', (sql) => {
  expect(featuresOf(sql)).toEqual([]);
});
