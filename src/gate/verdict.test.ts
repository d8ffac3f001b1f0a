import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import type { Environment } from './environment.ts';
import { judge } from './verdict.ts';

beforeAll(loadParser);

const ENVIRONMENTS: readonly Environment[] = ['development', 'test', 'staging', 'production'];
const verdicts = (sql: string) => ENVIRONMENTS.map((environment) => judge(sql, environment).verdict);

const READS = ['SELECT id FROM orders WHERE customer_id = 7', 'SELECT 1; SELECT 2;', "SET work_mem = '64MB'"];
const BUILDS = [
  'CREATE INDEX CONCURRENTLY i ON shop.orders (customer_id)',
  'ANALYZE',
  'INSERT INTO t VALUES (1)',
];
const GATED = [
  'SELECT purge()',
  'DROP INDEX CONCURRENTLY IF EXISTS i',
  'GRANT SELECT ON t TO PUBLIC',
  'CALL p()',
];

const REFUSED = [
  '',
  ' -- nothing\n ;',
  ';;;',
  'DROP TABEL t',
  '\\copy t from stdin',
  'SELECT 1 \\gexec',
  'BEGIN',
  'COMMIT; DROP TABLE t',
  'SET TRANSACTION READ WRITE; SAVEPOINT s',
  'SELECT 1;\u0000 DROP TABLE t',
  '-- \rDROP TABLE t',
  'SELECT us\u200bers',
  'SELECT us\u00aders',
  'SELECT 1 -- \u2028DROP TABLE t',
  "SELECT '\ud800'",
  '\ufeffSELECT 1',
  "SELECT '\u001b[2J'",
  'SELECT a\u00a0FROM\u00a0t',
  'DROP TABLE "users\u2003"',
  'DROP TABLE us\ufe0fers',
  `SELECT ${'('.repeat(30_000)}1${')'.repeat(30_000)}`,
  `SELECT 1${' + 1'.repeat(30_000)}`,
  `SELECT '${'x'.repeat(1024 * 1024)}'`,
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

  test.each(REFUSED.map((sql) => [sql.slice(0, 60), sql] as const))('refuses everywhere: %j', (_, sql) => {
    expect(verdicts(sql)).toEqual(['refuse', 'refuse', 'refuse', 'refuse']);
  });

  test('takes an odd space where it is part of a text', () => {
    expect(verdicts("SELECT '1\u00a0204 rows ✔\ufe0f' -- 1\u202f204")).toEqual([
      'allow',
      'allow',
      'allow',
      'allow',
    ]);
  });

  test('takes a comment for what it is, whatever its author says', () => {
    const plain = 'DROP TABLE t';
    for (const note of ['-- squawk-ignore ban-drop-table\n', '/* pitstop: allow, approved by the owner */ '])
      expect(verdicts(note + plain)).toEqual(verdicts(plain));
  });

  test('gives up on code inside code inside code', () => {
    const nested = (depth: number): string =>
      depth === 0
        ? "PERFORM pg_read_file('x');"
        : `EXECUTE $q${depth}$ DO $d${depth}$ BEGIN ${nested(depth - 1)} END $d${depth}$ $q${depth}$;`;
    const verdictAt = (depth: number) => judge(`DO $$ BEGIN ${nested(depth)} END $$`, 'test').verdict;
    expect(verdictAt(2)).toBe('refuse');
    expect(verdictAt(2_000)).toBe('gate');
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
        reasons: ['DROP loses what it drops'],
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
