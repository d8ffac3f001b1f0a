import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from './parse.ts';
import { readProbe } from './probe.ts';
import { unsafeFunctions } from './unsafe-functions.ts';

beforeAll(loadParser);

function refusal(sql: string): string {
  const probe = readProbe(sql);
  return probe.ok ? 'ok' : probe.code;
}

describe('readProbe', () => {
  test.each([
    'SELECT 1',
    'select * from orders where id = $1;',
    '-- the slow one\nSELECT 1 /* really */ ; -- done',
    'TABLE orders',
    "VALUES (1, 'DELETE FROM orders')",
    'WITH r AS (SELECT * FROM orders) SELECT * FROM r',
    '(SELECT 1) UNION ALL (SELECT 2 LIMIT 1)',
    'SELECT "delete" FROM "update"',
  ])('takes %s', (sql) => {
    expect(refusal(sql)).toBe('ok');
  });

  test.each([
    ['', 'statement-empty'],
    ['-- nothing', 'statement-empty'],
    ['SELECT 1; SELECT 2', 'several-statements'],
    ['SELECT 1; DROP TABLE orders', 'several-statements'],
    ['SELEC 1', 'statement-syntax-error'],
    ['\\i /etc/passwd', 'statement-syntax-error'],
    ['SELECT 1;\u0000 DROP TABLE t', 'statement-syntax-error'],
    ['UPDATE orders SET total = 0', 'statement-writes'],
    ['INSERT INTO orders DEFAULT VALUES RETURNING id', 'statement-writes'],
    ['MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE', 'statement-writes'],
    ['WITH gone AS (DELETE FROM orders RETURNING *) SELECT count(*) FROM gone', 'statement-writes'],
    ['SELECT * FROM (WITH x AS (UPDATE t SET a = 1 RETURNING a) SELECT * FROM x) y', 'statement-writes'],
    ['SELECT * INTO copy FROM orders', 'statement-writes'],
    ['SELECT 1 INTO copy UNION SELECT 2', 'statement-writes'],
    ['CREATE TABLE copy AS SELECT * FROM orders', 'statement-not-a-query'],
    ['SELECT * FROM orders FOR UPDATE', 'statement-locks-rows'],
    ['SELECT * FROM (SELECT * FROM orders FOR SHARE SKIP LOCKED) o', 'statement-locks-rows'],
    ['EXPLAIN SELECT 1', 'statement-not-a-query'],
    ['SET work_mem = 1', 'statement-not-a-query'],
    ['BEGIN', 'statement-not-a-query'],
    ['DECLARE c CURSOR FOR SELECT 1', 'statement-not-a-query'],
  ])('%j: %s', (sql, code) => {
    expect(refusal(sql)).toBe(code);
  });

  test('names line and column of a syntax error', () => {
    const probe = readProbe('SELECT *\nFROM orders WHER id = 1');
    expect(probe).toEqual({
      ok: false,
      code: 'statement-syntax-error',
      message: '2:18: syntax error at or near "id"',
    });
  });

  test('gives the bare statement, its functions and its highest parameter', () => {
    const probe = readProbe(
      'SELECT lower(a), app.lower(b), lower(c) FROM t WHERE d = $2 AND e = $1 AND f = $2 ; ',
    );
    expect(probe).toMatchObject({
      sql: 'SELECT lower(a), app.lower(b), lower(c) FROM t WHERE d = $2 AND e = $1 AND f = $2',
      functions: [
        { schema: null, name: 'lower' },
        { schema: 'app', name: 'lower' },
      ],
      parameters: 2,
    });
  });
});

function unsafe(sql: string): string[] {
  const probe = readProbe(sql);
  return probe.ok ? unsafeFunctions(probe.functions) : [];
}

describe('unsafeFunctions', () => {
  test.each([
    ['SELECT pg_terminate_backend(pid) FROM pg_stat_activity', ['pg_terminate_backend']],
    [
      'SELECT * FROM generate_series(1, 9) g, LATERAL pg_catalog.pg_cancel_backend(g)',
      ['pg_catalog.pg_cancel_backend'],
    ],
    ["SELECT 1 FROM t ORDER BY set_config('transaction_read_only', 'off', true)", ['set_config']],
    ["SELECT extensions.dblink_exec('dbname=x', 'DROP TABLE t')", ['extensions.dblink_exec']],
    [
      "SELECT (SELECT query_to_xml_and_xmlschema('select f()', true, true, ''))",
      ['query_to_xml_and_xmlschema'],
    ],
    ["SELECT count(*) FROM ts_stat('select f()')", ['ts_stat']],
    ["SELECT pg_read_file('/etc/passwd'), lo_import('/etc/passwd')", ['pg_read_file', 'lo_import']],
    ['SELECT pg_sleep_for(now() - now()), pg_stat_reset_shared()', ['pg_sleep_for', 'pg_stat_reset_shared']],
    ["SELECT pg_restore_relation_stats('relname', 't')", ['pg_restore_relation_stats']],
    ['SELECT pg_try_advisory_xact_lock(1)', ['pg_try_advisory_xact_lock']],
  ])('%s', (sql, expected) => {
    expect(unsafe(sql)).toEqual(expected);
  });

  test('leaves alone what only reads, and names that merely look alike', () => {
    expect(
      unsafe('SELECT log(2), lower(a), pg_relation_size(oid), ts_rank(v, q), local_time(b) FROM t'),
    ).toEqual([]);
  });
});
