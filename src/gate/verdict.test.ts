import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import type { Environment } from './environment.ts';
import { judge } from './verdict.ts';

beforeAll(loadParser);

const ENVIRONMENTS: readonly Environment[] = ['development', 'test', 'staging', 'production'];
const verdicts = (sql: string) => ENVIRONMENTS.map((environment) => judge(sql, environment).verdict);

const READS = [
  'SELECT id, total FROM orders WHERE customer_id = 7 ORDER BY created_at DESC LIMIT 20',
  'SELECT count(*) FILTER (WHERE a BETWEEN 1 AND 2), sum(b) OVER (ORDER BY c) FROM t',
  "SELECT lower(a), pg_catalog.upper(b), a || 'DROP TABLE t', c->>'k', d @> '{}'::jsonb, now() - interval '1 day' FROM t",
  'SELECT CASE WHEN a IS NULL THEN coalesce(b, c) ELSE greatest(d, e) END FROM t WHERE f LIKE $1 AND g = ANY ($2)',
  'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r',
  'SELECT * FROM t TABLESAMPLE system (1) JOIN LATERAL (SELECT * FROM u WHERE u.id = t.id) x ON true',
  "SELECT 'x'::varchar(3) COLLATE \"C\", (ARRAY[1])[1], (a).b, ROW(1, 2), a AT TIME ZONE 'UTC', extract(year FROM b) FROM t",
  'SELECT e.drop, "truncate" FROM e',
  'TABLE orders',
  'VALUES (1), (2)',
  'EXPLAIN SELECT 1',
  'EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM t',
  'EXPLAIN (ANALYZE true, ANALYZE off) DELETE FROM t',
  'EXPLAIN UPDATE t SET a = 1',
  'SELECT 1; SELECT 2;',
];

const BUILDS = [
  'CREATE INDEX CONCURRENTLY orders_customer_id_idx ON shop.orders (customer_id, created_at DESC NULLS LAST) INCLUDE (total)',
  'CREATE INDEX ON t (lower(email) text_pattern_ops) WHERE active AND deleted_at IS NULL',
  'CREATE UNIQUE INDEX IF NOT EXISTS i ON t USING btree ((a + 1))',
  'CREATE INDEX ON t USING gin (doc jsonb_path_ops)',
  'CREATE INDEX ON t USING brin (at timestamptz_minmax_multi_ops) WITH (pages_per_range = 32)',
  'CREATE STATISTICS s (ndistinct, dependencies) ON a, (lower(b)) FROM t',
  'ANALYZE',
  'ANALYZE (VERBOSE, SKIP_LOCKED) orders (status), customers',
];

const GATED = [
  // What runs code that cannot be seen through.
  'SELECT purge()',
  'SELECT app.lower(a) FROM t',
  'SELECT 1 FROM t WHERE app.check(id)',
  'SELECT 1 OPERATOR(app.+) 2',
  "SELECT 'x'::app.secret",
  'SELECT a ### b FROM t',
  'SELECT * FROM t WHERE a OPERATOR(app.=) ANY (SELECT 1)',
  'SELECT * FROM t ORDER BY a USING OPERATOR(app.<)',
  'SELECT pg_terminate_backend(1)',
  "SELECT nextval('s')",
  "SELECT set_config('work_mem', '1GB', false)",
  "SELECT * FROM json_table('{}', '$' COLUMNS (a int PATH '$.a'))",
  "DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE t'; END $$",
  'CALL refresh()',
  'EXPLAIN SELECT app.falsely_immutable()',
  'EXPLAIN ANALYZE SELECT app.f()',
  'EXPLAIN (ANALYZE perhaps) SELECT 1',
  'EXPLAIN CREATE TABLE c AS SELECT 1',
  'CREATE INDEX ON t (app.normal(a))',
  'CREATE INDEX ON t (a) WHERE app.keep(a)',
  'CREATE INDEX ON t (a app.my_ops)',
  'CREATE INDEX ON t (a gin_trgm_ops)',
  'CREATE INDEX ON t USING bloom (a)',
  'CREATE INDEX ON pg_catalog.pg_class (relpages)',
  'CREATE STATISTICS s ON (app.f(a)), b FROM t',
  // What writes or locks.
  'SELECT * INTO copy FROM t',
  'SELECT 1 UNION SELECT * FROM (SELECT 1 FROM t FOR UPDATE) x',
  'WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone',
  'EXPLAIN (ANALYZE off, ANALYZE 1) DELETE FROM t',
  'EXPLAIN ANALYZE WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone',
  'INSERT INTO t VALUES (1)',
  'UPDATE t SET a = 1 WHERE id = 1',
  'DROP INDEX CONCURRENTLY IF EXISTS i',
  'ALTER TABLE t ADD COLUMN a int',
  'VACUUM t',
  'REINDEX INDEX CONCURRENTLY i',
  "COPY t TO PROGRAM 'sh'",
  'GRANT SELECT ON t TO PUBLIC',
  'CREATE EXTENSION pg_trgm',
  "SET work_mem = '64MB'",
  'SELECT 1; DROP TABLE t',
];

const REFUSED = [
  '',
  ' -- nothing\n ;',
  'DROP TABEL t',
  '\\copy t from stdin',
  'BEGIN',
  'COMMIT; DROP TABLE t',
  'ROLLBACK AND CHAIN',
  'SET TRANSACTION READ WRITE; SAVEPOINT s',
  "PREPARE TRANSACTION 'x'",
  'PREPARE p AS SELECT 1',
  'EXECUTE p',
  'DISCARD ALL',
  'SELECT 1;\u0000 DROP TABLE t',
  '-- \rDROP TABLE t',
  'SELECT us\u200bers',
  `SELECT ${'('.repeat(30_000)}1${')'.repeat(30_000)}`,
];

describe('judge', () => {
  test.each(READS)('allows everywhere: %s', (sql) => {
    expect(verdicts(sql)).toEqual(['allow', 'allow', 'allow', 'allow']);
  });

  test.each(BUILDS)('allows except on production: %s', (sql) => {
    expect(verdicts(sql)).toEqual(['allow', 'allow', 'allow', 'gate']);
  });

  test.each(GATED)('gates everywhere: %s', (sql) => {
    expect(verdicts(sql)).toEqual(['gate', 'gate', 'gate', 'gate']);
  });

  test.each(REFUSED)('refuses everywhere: %j', (sql) => {
    expect(verdicts(sql.slice(0, 100_000))).toEqual(['refuse', 'refuse', 'refuse', 'refuse']);
  });

  test('lets the strictest statement decide, in any order', () => {
    const severity = ['allow', 'gate', 'refuse'];
    const pool = fc.constantFrom(...READS, ...BUILDS, ...GATED, 'BEGIN', 'EXECUTE p');
    fc.assert(
      fc.property(fc.array(pool, { minLength: 1, maxLength: 4 }), (statements) => {
        const alone = statements.map((sql) => severity.indexOf(judge(sql, 'staging').verdict));
        expect(severity.indexOf(judge(statements.join(';\n'), 'staging').verdict)).toBe(Math.max(...alone));
      }),
      { numRuns: 30 },
    );
  });

  test('says of each statement what it is and why', () => {
    expect(judge('SELECT 1; DROP TABLE t -- not SELECT', 'development').statements).toEqual([
      { sql: 'SELECT 1', verdict: 'allow', class: 'read', reasons: ['only reads'] },
      {
        sql: 'DROP TABLE t -- not SELECT',
        verdict: 'gate',
        class: 'destructive',
        reasons: ['DROP needs an approval'],
      },
    ]);
    expect(judge('SELECT app.f(), 1 OPERATOR(app.+) 2', 'test').statements[0]?.reasons).toEqual([
      'the function app.f is not known to be harmless',
      "the operator app.+ is not one of PostgreSQL's own",
    ]);
  });

  test('says that production is the reason, where it is', () => {
    expect(judge('ANALYZE t', 'production').statements[0]?.reasons).toEqual([
      'refreshes planner statistics',
      'every change on production needs an approval',
    ]);
  });
});
