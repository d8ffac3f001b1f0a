import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatements } from '../../sql/parse.ts';
import { NO_FACTS, type LintFacts, type LintRelation } from '../facts.ts';
import { lint, UNKNOWN_CONTEXT } from '../lint.ts';
import type { LintContext } from '../rule.ts';
import { RULES } from './index.ts';

beforeAll(() => loadParser());

const NEW = 'CREATE TABLE t (a int, b int, d text);';
const LONG = 'a'.repeat(64);

/** For each rule texts that it must find something in, and near misses. */
const CASES: Readonly<
  Record<string, { readonly finds: readonly string[]; readonly passes: readonly string[] }>
> = {
  'index-not-concurrent': {
    finds: [
      'CREATE INDEX i ON t (a)',
      'CREATE UNIQUE INDEX ON s.t (a)',
      'CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX i ON t (a)',
      'CREATE TABLE s.t (a int); CREATE INDEX i ON t (a)',
      'CREATE TABLE t (a int); DROP TABLE t; CREATE INDEX i ON t (a)',
    ],
    passes: [
      'CREATE INDEX CONCURRENTLY i ON t (a)',
      `${NEW} CREATE INDEX i ON t (a)`,
      'CREATE TABLE public.t (a int); CREATE INDEX i ON t (a)',
      'CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE INDEX i ON m (a)',
      'SELECT 1 AS a INTO t; CREATE INDEX i ON t (a)',
      'CREATE SCHEMA s CREATE TABLE t (a int) CREATE INDEX i ON t (a)',
    ],
  },
  'drop-index-not-concurrent': {
    finds: ['DROP INDEX i', 'DROP INDEX IF EXISTS s.i'],
    passes: ['DROP INDEX CONCURRENTLY i', `${NEW} CREATE INDEX i ON t (a); DROP INDEX i`, 'DROP TABLE i'],
  },
  'reindex-not-concurrent': {
    finds: ['REINDEX TABLE t', 'REINDEX (CONCURRENTLY off) INDEX i'],
    passes: ['REINDEX TABLE CONCURRENTLY t', 'REINDEX (CONCURRENTLY) INDEX i', 'REINDEX SYSTEM'],
  },
  'if-not-exists-hides-invalid': {
    finds: ['CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)', 'CREATE INDEX IF NOT EXISTS i ON t (a)'],
    passes: ['CREATE INDEX CONCURRENTLY i ON t (a)', 'CREATE TABLE IF NOT EXISTS t (a int)'],
  },
  'timeouts-during-concurrent-build': {
    finds: [
      "SET lock_timeout = '2s'; CREATE INDEX CONCURRENTLY i ON t (a)",
      'SET statement_timeout TO 1000; REINDEX INDEX CONCURRENTLY i',
      "SET transaction_timeout = '1min'; DROP INDEX CONCURRENTLY i",
    ],
    passes: [
      'SET lock_timeout = 0; CREATE INDEX CONCURRENTLY i ON t (a)',
      "SET lock_timeout = '2s'; RESET lock_timeout; CREATE INDEX CONCURRENTLY i ON t (a)",
      "SET lock_timeout = '2s'; RESET ALL; CREATE INDEX CONCURRENTLY i ON t (a)",
      "SET lock_timeout = '2s'; CREATE INDEX i ON t (a)",
    ],
  },
  'cannot-run-in-transaction': {
    finds: [
      'SELECT 1; CREATE INDEX CONCURRENTLY i ON t (a)',
      'BEGIN; VACUUM t; COMMIT',
      'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY; SELECT 1',
      'CREATE DATABASE d; CREATE ROLE r',
    ],
    passes: ['CREATE INDEX CONCURRENTLY i ON t (a)', 'SELECT 1; CREATE INDEX i ON t (a)'],
  },
  'check-validated-at-once': {
    finds: ['ALTER TABLE t ADD CHECK (a > 0)', 'ALTER TABLE t ADD COLUMN z int CHECK (z > 0)'],
    passes: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID',
      'ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED',
      `${NEW} ALTER TABLE t ADD CHECK (a > 0)`,
    ],
  },
  'foreign-key-validated-at-once': {
    finds: ['ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r (id)'],
    passes: [
      'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r (id) NOT VALID',
      `${NEW} ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r (id)`,
      'CREATE TABLE t (a int REFERENCES r)',
    ],
  },
  'foreign-key-with-new-column': {
    finds: ['ALTER TABLE t ADD COLUMN z int REFERENCES r'],
    passes: ['ALTER TABLE t ADD COLUMN z int', 'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r'],
  },
  'foreign-key-without-index': {
    finds: [
      'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID',
      'CREATE TABLE t (a int REFERENCES r, b int)',
      'CREATE INDEX CONCURRENTLY ON t (b, a); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID',
      'CREATE INDEX ON t (a) WHERE b > 0; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID',
      'CREATE INDEX i ON t (a); DROP INDEX i; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID',
      'CREATE INDEX i ON t (lower(a)); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID',
    ],
    passes: [
      'CREATE INDEX CONCURRENTLY ON t (a, b); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID',
      'CREATE INDEX ON t (b, a); ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES r NOT VALID',
      'ALTER TABLE t ADD UNIQUE (a); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID',
      'CREATE TABLE t (a int PRIMARY KEY REFERENCES r)',
      'CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r',
    ],
  },
  'not-null-scan': {
    finds: [
      'ALTER TABLE t ALTER COLUMN a SET NOT NULL',
      'ALTER TABLE t ADD CONSTRAINT n NOT NULL a',
      'ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a * 2) VIRTUAL NOT NULL',
    ],
    passes: [
      'ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID',
      'ALTER TABLE t ADD COLUMN z int NOT NULL DEFAULT 0',
      `${NEW} ALTER TABLE t ALTER COLUMN a SET NOT NULL`,
    ],
  },
  'set-not-null-over-not-valid': {
    finds: ['ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID; ALTER TABLE t ALTER COLUMN a SET NOT NULL'],
    passes: [
      'ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID; ALTER TABLE t ALTER COLUMN b SET NOT NULL',
      'ALTER TABLE t ALTER COLUMN a SET NOT NULL',
    ],
  },
  'unique-constraint-builds-index': {
    finds: ['ALTER TABLE t ADD UNIQUE (a)', 'ALTER TABLE t ADD COLUMN z int UNIQUE'],
    passes: ['ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i', `${NEW} ALTER TABLE t ADD UNIQUE (a)`],
  },
  'primary-key-builds-index': {
    finds: ['ALTER TABLE t ADD PRIMARY KEY (a)', 'ALTER TABLE t ADD COLUMN z bigint PRIMARY KEY'],
    passes: ['ALTER TABLE t ADD PRIMARY KEY USING INDEX i', `${NEW} ALTER TABLE t ADD PRIMARY KEY (a)`],
  },
  'primary-key-over-nullable': {
    finds: ['ALTER TABLE t ADD PRIMARY KEY USING INDEX i'],
    passes: ['ALTER TABLE t ADD UNIQUE USING INDEX i', `${NEW} ALTER TABLE t ADD PRIMARY KEY USING INDEX i`],
  },
  'exclusion-constraint-builds-index': {
    finds: ['ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)'],
    passes: [`${NEW} ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)`, 'ALTER TABLE t ADD UNIQUE (a)'],
  },
  'validate-in-same-transaction': {
    finds: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c',
      'ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES r NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c',
      'ALTER TABLE t ADD COLUMN z int; ALTER TABLE t VALIDATE CONSTRAINT c',
    ],
    passes: [
      'ALTER TABLE t VALIDATE CONSTRAINT c',
      'BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; COMMIT; BEGIN; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT',
      'ALTER TABLE u ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c',
    ],
  },
  'drop-foreign-key-locks-both': {
    finds: ['ALTER TABLE t DROP CONSTRAINT t_a_fkey'],
    passes: ['ALTER TABLE t DROP CONSTRAINT t_a_check', `${NEW} ALTER TABLE t DROP CONSTRAINT t_a_fkey`],
  },
  'enforcing-scans': {
    finds: ['ALTER TABLE t ALTER CONSTRAINT c ENFORCED'],
    passes: ['ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED', 'ALTER TABLE t ALTER CONSTRAINT c DEFERRABLE'],
  },
  'domain-constraint-scans': {
    finds: ['ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)', 'ALTER DOMAIN d SET NOT NULL'],
    passes: ['ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID', 'ALTER DOMAIN d SET DEFAULT 1'],
  },
  'constrained-domain-rewrites': {
    finds: [
      'CREATE DOMAIN d AS int CHECK (VALUE > 0); ALTER TABLE t ADD COLUMN z d',
      'CREATE DOMAIN s.d AS int NOT NULL; ALTER TABLE t ADD COLUMN z s.d DEFAULT 1',
    ],
    passes: ['CREATE DOMAIN d AS int; ALTER TABLE t ADD COLUMN z d', 'ALTER TABLE t ADD COLUMN z int'],
  },
  'on-delete-cascade': {
    finds: [
      'CREATE TABLE t (a int REFERENCES r ON DELETE CASCADE)',
      'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r ON DELETE CASCADE NOT VALID',
    ],
    passes: ['CREATE TABLE t (a int REFERENCES r ON DELETE RESTRICT ON UPDATE CASCADE)'],
  },
  'volatile-default-rewrites': {
    finds: [
      'ALTER TABLE t ADD COLUMN z uuid DEFAULT gen_random_uuid()',
      'ALTER TABLE t ADD COLUMN z timestamptz DEFAULT clock_timestamp()',
      'ALTER TABLE t ADD COLUMN z int DEFAULT somebodys()',
      'ALTER TABLE t ADD COLUMN z int DEFAULT other.now()',
    ],
    passes: [
      'ALTER TABLE t ADD COLUMN z timestamptz DEFAULT now()',
      "ALTER TABLE t ADD COLUMN z text DEFAULT lower('X')",
      'ALTER TABLE t ALTER COLUMN a SET DEFAULT random()',
      `${NEW} ALTER TABLE t ADD COLUMN z uuid DEFAULT gen_random_uuid()`,
    ],
  },
  'required-column-without-default': {
    finds: ['ALTER TABLE t ADD COLUMN z int NOT NULL', 'ALTER TABLE t ADD COLUMN z int PRIMARY KEY'],
    passes: [
      'ALTER TABLE t ADD COLUMN z int NOT NULL DEFAULT 0',
      'ALTER TABLE t ADD COLUMN z bigserial NOT NULL',
      'ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
      'ALTER TABLE t ADD COLUMN z int',
    ],
  },
  'serial-or-identity-rewrites': {
    finds: [
      'ALTER TABLE t ADD COLUMN z bigserial',
      'ALTER TABLE t ADD COLUMN z bigint GENERATED ALWAYS AS IDENTITY',
    ],
    passes: [
      'ALTER TABLE t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY',
      `${NEW} ALTER TABLE t ADD COLUMN z serial`,
      'ALTER TABLE t ADD COLUMN serial int',
    ],
  },
  'stored-column-rewrites': {
    finds: [
      'ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a) STORED',
      'ALTER TABLE t ALTER COLUMN z SET EXPRESSION AS (b)',
    ],
    passes: [
      'ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a) VIRTUAL',
      'ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a)',
    ],
  },
  'type-change-rewrites': {
    finds: ['ALTER TABLE t ALTER COLUMN a TYPE bigint', 'ALTER TABLE t ALTER COLUMN d TYPE varchar(20)'],
    passes: [`${NEW} ALTER TABLE t ALTER COLUMN a TYPE bigint`, 'ALTER TABLE t ALTER COLUMN a SET DEFAULT 1'],
  },
  'drop-column': {
    finds: ['ALTER TABLE t DROP COLUMN a'],
    passes: [`${NEW} ALTER TABLE t DROP COLUMN a`, 'ALTER TABLE t ALTER COLUMN a DROP DEFAULT'],
  },
  'drop-not-null': {
    finds: ['ALTER TABLE t ALTER COLUMN a DROP NOT NULL'],
    passes: [
      'ALTER TABLE t ALTER COLUMN a DROP DEFAULT',
      `${NEW} ALTER TABLE t ALTER COLUMN a DROP NOT NULL`,
    ],
  },
  'drop-table': {
    finds: ['DROP TABLE t', 'DROP TABLE IF EXISTS s.t CASCADE'],
    passes: [`${NEW} DROP TABLE t`, 'DROP VIEW t'],
  },
  truncate: {
    finds: ['TRUNCATE t', `${NEW} TRUNCATE t, u`],
    passes: [`${NEW} TRUNCATE t`, 'DELETE FROM t'],
  },
  cascade: {
    finds: [
      'DROP SCHEMA s CASCADE',
      'ALTER TABLE t DROP COLUMN a CASCADE',
      'DROP OWNED BY r CASCADE',
      'ALTER DOMAIN d DROP CONSTRAINT c CASCADE',
    ],
    passes: [
      'DROP SCHEMA s',
      'ALTER TABLE t DROP COLUMN a RESTRICT',
      'CREATE TABLE t (a int REFERENCES r ON DELETE CASCADE)',
    ],
  },
  'rename-breaks-clients': {
    finds: [
      'ALTER TABLE t RENAME TO u',
      'ALTER TABLE t RENAME COLUMN a TO z',
      'ALTER SCHEMA s RENAME TO s2',
      'ALTER TABLE t SET SCHEMA s',
      "ALTER TYPE e RENAME VALUE 'a' TO 'b'",
    ],
    passes: [
      'ALTER INDEX i RENAME TO j',
      'ALTER TABLE t RENAME CONSTRAINT c TO d',
      `${NEW} ALTER TABLE t RENAME TO u`,
      "ALTER TYPE e ADD VALUE 'b'",
    ],
  },
  'json-column': {
    finds: ['CREATE TABLE t (j json)', 'ALTER TABLE t ADD COLUMN j json'],
    passes: ['CREATE TABLE t (j jsonb)', 'SELECT a::json FROM t'],
  },
  'integer-key': {
    finds: [
      'CREATE TABLE t (id serial PRIMARY KEY)',
      'CREATE TABLE t (id int PRIMARY KEY)',
      'CREATE TABLE t (id smallint GENERATED ALWAYS AS IDENTITY)',
    ],
    passes: [
      'CREATE TABLE t (id bigserial PRIMARY KEY)',
      'CREATE TABLE t (a int)',
      'CREATE TABLE t (id uuid PRIMARY KEY)',
    ],
  },
  'identifier-too-long': {
    finds: [
      `CREATE INDEX CONCURRENTLY ${LONG} ON t (a)`,
      `CREATE TABLE t ("${'é'.repeat(32)}" int)`,
      `ALTER TABLE t ADD CONSTRAINT ${LONG} CHECK (a > 0) NOT VALID`,
    ],
    passes: [`CREATE INDEX CONCURRENTLY ${LONG.slice(1)} ON t (a)`, `SELECT '${LONG}'`],
  },
  'vacuum-full': {
    finds: ['VACUUM FULL t', 'VACUUM (FULL, ANALYZE) t'],
    passes: ['VACUUM t', 'VACUUM (FULL false) t', 'ANALYZE t'],
  },
  cluster: {
    finds: ['CLUSTER t USING i', 'CLUSTER'],
    passes: ['ALTER TABLE t CLUSTER ON i', `${NEW} CLUSTER t USING i`],
  },
  'refresh-not-concurrent': {
    finds: ['REFRESH MATERIALIZED VIEW m'],
    passes: [
      'REFRESH MATERIALIZED VIEW CONCURRENTLY m',
      'CREATE MATERIALIZED VIEW m AS SELECT 1 WITH NO DATA; REFRESH MATERIALIZED VIEW m',
    ],
  },
  'set-unlogged': {
    finds: ['ALTER TABLE t SET UNLOGGED', 'ALTER TABLE t SET LOGGED'],
    passes: [`${NEW} ALTER TABLE t SET UNLOGGED`, 'ALTER TABLE t SET (fillfactor = 70)'],
  },
  'storage-move-rewrites': {
    finds: [
      'ALTER TABLE t SET TABLESPACE x',
      'ALTER TABLE t SET ACCESS METHOD x',
      'ALTER TABLE ALL IN TABLESPACE x SET TABLESPACE y',
    ],
    passes: ['ALTER TABLE t SET (fillfactor = 70)', 'CREATE TABLE t (a int) TABLESPACE x'],
  },
  'unbounded-update': {
    finds: ['UPDATE t SET a = 1', 'UPDATE t SET a = 1 FROM u'],
    passes: ['UPDATE t SET a = 1 WHERE b = 2', `${NEW} UPDATE t SET a = 1`],
  },
  'unbounded-delete': {
    finds: ['DELETE FROM t'],
    passes: ['DELETE FROM t WHERE a = 1', `${NEW} DELETE FROM t`],
  },
  'enum-value-used-in-same-transaction': {
    finds: ["ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'x' WHERE b = 1"],
    passes: [
      "ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'y' WHERE b = 1",
      "BEGIN; ALTER TYPE e ADD VALUE 'x'; COMMIT; UPDATE t SET a = 'x' WHERE b = 1",
      "ALTER TYPE e RENAME VALUE 'w' TO 'x'; UPDATE t SET a = 'x' WHERE b = 1",
    ],
  },
  'missing-lock-timeout': {
    finds: [
      'ALTER TABLE t ADD COLUMN z int',
      'CREATE INDEX i ON t (a)',
      'ALTER INDEX i SET TABLESPACE x',
      'CREATE TABLE t (a bigint REFERENCES r)',
      `${NEW} ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r`,
      'DROP TRIGGER x ON t',
      'SET lock_timeout = 0; ALTER TABLE t ADD COLUMN z int',
      "BEGIN; SET LOCAL lock_timeout = '1s'; COMMIT; ALTER TABLE t ADD COLUMN z int",
      "SELECT 'SET lock_timeout = 1'; ALTER TABLE t ADD COLUMN z int",
      '-- squawk-ignore require-lock-timeout\nALTER TABLE t ADD COLUMN z int',
    ],
    passes: [
      "SET lock_timeout = '1s'; ALTER TABLE t ADD COLUMN z int",
      'SET LOCAL lock_timeout TO 500; ALTER TABLE t ADD COLUMN z int',
      'ALTER TABLE t ALTER COLUMN a SET STATISTICS 100',
      `${NEW} ALTER TABLE t ADD COLUMN z int`,
      'CREATE INDEX CONCURRENTLY i ON t (a)',
      'UPDATE t SET a = 1 WHERE b = 1',
      'CREATE TABLE r (id bigint PRIMARY KEY); CREATE TABLE t (a bigint REFERENCES r)',
      'CREATE TABLE t (id bigint PRIMARY KEY, parent bigint REFERENCES t)',
      `${NEW} CREATE OR REPLACE VIEW t AS SELECT 1`,
      `${NEW} DROP TRIGGER x ON t`,
    ],
  },
  'lock-timeout-too-long': {
    finds: ["SET lock_timeout = '1min'", 'SET LOCAL lock_timeout = 10001'],
    passes: ["SET lock_timeout = '10s'", "SET statement_timeout = '1h'"],
  },
  'several-strong-locks': {
    finds: [
      'ALTER TABLE t ADD COLUMN z int; ALTER TABLE u ADD COLUMN z int',
      'DROP TRIGGER x ON t; CREATE POLICY y ON u USING (true)',
      'DROP TABLE t; TRUNCATE u',
    ],
    passes: [
      'DROP TRIGGER x ON t; CREATE POLICY y ON t USING (true)',
      'ALTER TABLE t ADD COLUMN z int; CREATE OR REPLACE VIEW t AS SELECT * FROM u',
      'ALTER TABLE t ADD COLUMN z int; ALTER TABLE t DROP COLUMN a',
      'ALTER TABLE t ADD COLUMN z int; CREATE TABLE u (a int); ALTER TABLE u ADD COLUMN z int',
      'BEGIN; ALTER TABLE t ADD COLUMN z int; COMMIT; BEGIN; ALTER TABLE u ADD COLUMN z int; COMMIT',
    ],
  },
  'statement-after-access-exclusive': {
    finds: [
      'ALTER TABLE t ADD COLUMN z int; UPDATE u SET a = 1 WHERE b = 1',
      'DROP TABLE t; CREATE INDEX i ON u (a)',
    ],
    passes: [
      'UPDATE u SET a = 1 WHERE b = 1; ALTER TABLE t ADD COLUMN z int',
      'ALTER TABLE t ADD COLUMN z int; SELECT 1',
      "ALTER TABLE t ADD COLUMN z int; COMMENT ON COLUMN t.z IS 'x'",
    ],
  },
  'transaction-control-in-file': {
    finds: ['BEGIN; SELECT 1; COMMIT', 'ROLLBACK', 'SAVEPOINT s'],
    passes: ['SELECT 1', "SELECT 'COMMIT'"],
  },
  'partition-of-locks-parent': {
    finds: ['CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)'],
    passes: [
      'CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)',
      'CREATE TABLE p1 (LIKE p)',
    ],
  },
  'attach-scans': {
    finds: ['ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)'],
    passes: [
      'CREATE TABLE p1 (LIKE p); ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)',
      'ALTER INDEX p ATTACH PARTITION p1',
    ],
  },
  'detach-not-concurrent': {
    finds: ['ALTER TABLE p DETACH PARTITION p1'],
    passes: ['ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY', 'ALTER TABLE p DETACH PARTITION p1 FINALIZE'],
  },
  'explicit-lock': {
    finds: ['LOCK TABLE t', 'LOCK t IN SHARE MODE'],
    passes: ['LOCK TABLE t IN ACCESS SHARE MODE', `${NEW} LOCK TABLE t`],
  },
  'opaque-statement': {
    finds: ['DO $$ BEGIN END $$', 'CALL p()', 'EXECUTE q'],
    passes: ['SELECT p()', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1'],
  },
  'missing-statement-timeout': {
    finds: ['CREATE INDEX i ON t (a)', "SET lock_timeout = '1s'; ALTER TABLE t ALTER COLUMN a SET NOT NULL"],
    passes: [
      "SET statement_timeout = '5s'; ALTER TABLE t ALTER COLUMN a SET NOT NULL",
      'ALTER TABLE t ADD COLUMN z int',
      'ALTER TABLE t VALIDATE CONSTRAINT c',
      `${NEW} CREATE INDEX i ON t (a)`,
      'UPDATE t SET a = 1 WHERE b = 1',
    ],
  },
  'wide-index': {
    finds: ['CREATE INDEX CONCURRENTLY i ON t (a, b, c, d)'],
    passes: [
      'CREATE INDEX CONCURRENTLY i ON t (a, b, c) INCLUDE (d)',
      'CREATE UNIQUE INDEX CONCURRENTLY i ON t (a, b, c, d)',
    ],
  },
  'timestamp-without-time-zone': {
    finds: ['CREATE TABLE t (at timestamp)', 'ALTER TABLE t ADD COLUMN at timestamp(3)'],
    passes: ['CREATE TABLE t (at timestamptz, day date)', 'SELECT now()::timestamp'],
  },
  'drop-database': {
    finds: ['DROP DATABASE d', 'DROP SCHEMA s', 'DROP SCHEMA IF EXISTS s CASCADE'],
    passes: ['DROP TABLE t', 'CREATE SCHEMA s'],
  },
  'rewritten-again': {
    finds: ['ALTER TABLE t ADD COLUMN z serial; ALTER TABLE t ALTER COLUMN a TYPE bigint'],
    passes: [
      'ALTER TABLE t ADD COLUMN z serial, ALTER COLUMN a TYPE bigint',
      'ALTER TABLE t ADD COLUMN z serial; ALTER TABLE u ADD COLUMN z serial',
      'ALTER TABLE t ADD COLUMN z serial; ALTER TABLE t ADD COLUMN y int',
    ],
  },
  'identity-change': {
    finds: ['SET ROLE admin', 'SET LOCAL SESSION AUTHORIZATION admin', 'RESET ROLE'],
    passes: ['SET search_path = s', 'ALTER ROLE r SET search_path = s'],
  },
  'concurrently-on-partitioned': {
    finds: ['CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE INDEX CONCURRENTLY i ON p (a)'],
    passes: ['CREATE TABLE p (a int); CREATE INDEX CONCURRENTLY i ON p (a)'],
  },
};

const named = (sql: string, context: LintContext = UNKNOWN_CONTEXT) =>
  lint(parseStatements(sql), context).flatMap(({ findings }) => findings.map(({ rule }) => rule));

describe('every rule', () => {
  const finds = Object.entries(CASES).flatMap(([rule, { finds: texts }]) =>
    texts.map((sql) => ({ rule, sql })),
  );
  const passes = Object.entries(CASES).flatMap(([rule, { passes: texts }]) =>
    texts.map((sql) => ({ rule, sql })),
  );

  test.each(finds)('$rule finds: $sql', ({ rule, sql }) => {
    expect(named(sql)).toContain(rule);
  });

  test.each(passes)('$rule passes: $sql', ({ rule, sql }) => {
    expect(named(sql)).not.toContain(rule);
  });

  test('has both sorts of texts, but what only a database knows', () => {
    const without = RULES.map(({ name }) => name).filter((name) => CASES[name] === undefined);
    expect(without).toEqual(['invalid-index-present']);
    expect(Object.values(CASES).every((one) => one.finds.length > 0 && one.passes.length > 0)).toBe(true);
  });

  test('has a name of its own, and says something', () => {
    const names = RULES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const all = finds.flatMap(({ sql }) => lint(parseStatements(sql)).flatMap(({ findings }) => findings));
    expect(
      all.filter(
        ({ message, instead }) =>
          /undefined|\[object|null/.test(message + instead) && !/not null|nulls/i.test(message + instead),
      ),
    ).toEqual([]);
  });
});

describe('how the text is run', () => {
  const inNone = { ...UNKNOWN_CONTEXT, inTransaction: false };
  const inOne = { ...UNKNOWN_CONTEXT, inTransaction: true };

  test.each([
    [
      'validate-in-same-transaction',
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c',
    ],
    ['several-strong-locks', 'ALTER TABLE t ADD COLUMN z int; ALTER TABLE u ADD COLUMN z int'],
    ['statement-after-access-exclusive', 'ALTER TABLE t ADD COLUMN z int; UPDATE u SET a = 1 WHERE b = 1'],
    ['enum-value-used-in-same-transaction', "ALTER TYPE e ADD VALUE 'x'; SELECT 'x'"],
  ])('%s is about transactions', (rule, sql) => {
    expect(named(sql, inOne)).toContain(rule);
    expect(named(sql, inNone)).not.toContain(rule);
    expect(named(`BEGIN; ${sql}; COMMIT`, inNone)).toContain(rule);
  });

  test('alone in its file, only a runner that opens a transaction is in the way', () => {
    const sql = 'CREATE INDEX CONCURRENTLY i ON t (a)';
    expect(named(sql, inOne)).toContain('cannot-run-in-transaction');
    expect(named(sql, inNone)).toEqual([]);
  });

  test('SET LOCAL outside of a transaction sets nothing', () => {
    const sql = "SET LOCAL lock_timeout = '1s'; ALTER TABLE t ADD COLUMN z int";
    expect(named(sql, inNone)).toEqual(['lock-timeout-too-long', 'missing-lock-timeout']);
    expect(named(sql, inOne)).toEqual([]);
  });

  test('pitstop has a lock timeout of its own', () => {
    const sql = 'ALTER TABLE t ADD COLUMN z int';
    expect(named(sql, { ...inOne, runner: 'pitstop' })).toEqual([]);
  });
});

describe('what the database knows', () => {
  const relation = (name: string, more: Partial<LintRelation> = {}): LintRelation => ({
    reference: { schema: null, name },
    kind: 'table',
    isEmpty: false,
    isValid: true,
    columns: [],
    constraints: [],
    indexes: [],
    hasDefaultPartition: false,
    ...more,
  });
  const column = (name: string, type: string, more: Partial<LintRelation['columns'][number]> = {}) => ({
    name,
    type,
    notNull: false,
    provenNotNull: false,
    generated: null,
    ...more,
  });
  const knowing = (relations: readonly LintRelation[], types: LintFacts['types'] = []): LintContext => ({
    ...UNKNOWN_CONTEXT,
    inTransaction: false,
    facts: { ...NO_FACTS, relations, types },
  });

  test('an empty table', () => {
    const empty = knowing([relation('t', { isEmpty: true })]);
    expect(named('CREATE INDEX i ON t (a)', empty)).not.toContain('index-not-concurrent');
    expect(named('ALTER TABLE t ADD CHECK (a > 0)', empty)).not.toContain('check-validated-at-once');
    expect(named('CREATE INDEX i ON s.t (a)', empty)).toContain('index-not-concurrent');
  });

  test('a partitioned one', () => {
    const partitioned = knowing([
      relation('t', { kind: 'partitioned-table' }),
      relation('i', { kind: 'partitioned-index' }),
    ]);
    expect(named('CREATE INDEX CONCURRENTLY i ON t (a)', partitioned)).toContain(
      'concurrently-on-partitioned',
    );
    expect(named('DROP INDEX CONCURRENTLY i', partitioned)).toContain('concurrently-on-partitioned');
    expect(named('CREATE INDEX i ON ONLY t (a)', partitioned)).not.toContain('index-not-concurrent');
    expect(named('REINDEX TABLE t; SELECT 1', partitioned)).toContain('cannot-run-in-transaction');
  });

  test('an invalid index of the name', () => {
    const index = (isValid: boolean) => knowing([relation('i', { kind: 'index', isValid })]);
    const sql = 'CREATE INDEX CONCURRENTLY i ON t (a)';
    expect(named(sql, index(false))).toContain('invalid-index-present');
    expect(named(sql, index(true))).not.toContain('invalid-index-present');
  });

  test.each([
    ['int', 'bigint', true],
    ['character varying(10)', 'varchar(20)', false],
    ['character varying(10)', 'varchar(5)', true],
    ['character varying(10)', 'text', false],
    ['text', 'varchar(10)', true],
    ['numeric(12,2)', 'numeric(14,2)', false],
    ['numeric(12,2)', 'numeric(14,4)', true],
    ['integer[]', 'bigint[]', true],
  ])('the type before: from %s to %s', (from, to, rewrites) => {
    const typed = knowing([relation('t', { columns: [column('a', from)] })]);
    const found = named(`ALTER TABLE t ALTER COLUMN a TYPE ${to}`, typed);
    expect(found.includes('type-change-rewrites')).toBe(rewrites);
  });

  test('columns that have no null', () => {
    const sql = 'ALTER TABLE t ALTER COLUMN a SET NOT NULL';
    for (const more of [{ notNull: true }, { provenNotNull: true }])
      expect(named(sql, knowing([relation('t', { columns: [column('a', 'int', more)] })]))).not.toContain(
        'not-null-scan',
      );
    const keyed = (notNull: boolean) =>
      knowing([
        relation('t', {
          columns: [column('a', 'int', { notNull })],
          indexes: [{ name: 'i', keys: ['a'], isValid: true, isPartial: false }],
        }),
      ]);
    const key = 'ALTER TABLE t ADD PRIMARY KEY USING INDEX i';
    expect(named(key, keyed(true))).not.toContain('primary-key-over-nullable');
    expect(named(key, keyed(false))).toContain('primary-key-over-nullable');
  });

  test('constraints', () => {
    const constrained = knowing([
      relation('t', {
        columns: [column('a', 'int')],
        constraints: [
          { name: 'n', type: 'not-null', columns: ['a'], validated: false },
          { name: 'plain_fkey', type: 'check', columns: ['a'], validated: true },
          { name: 'k', type: 'foreign-key', columns: ['a'], validated: true },
        ],
      }),
    ]);
    expect(named('ALTER TABLE t ALTER COLUMN a SET NOT NULL', constrained)).toContain(
      'set-not-null-over-not-valid',
    );
    expect(named('ALTER TABLE t DROP CONSTRAINT k', constrained)).toContain('drop-foreign-key-locks-both');
    expect(named('ALTER TABLE t DROP CONSTRAINT plain_fkey', constrained)).not.toContain(
      'drop-foreign-key-locks-both',
    );
  });

  test('indexes for a foreign key: whole and valid ones', () => {
    const sql = 'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID';
    const indexed = (more: object) =>
      knowing([
        relation('t', {
          indexes: [{ name: 'i', keys: ['a', null], isValid: true, isPartial: false, ...more }],
        }),
      ]);
    expect(named(sql, indexed({}))).not.toContain('foreign-key-without-index');
    for (const more of [{ isValid: false }, { isPartial: true }, { keys: ['b', 'a'] }])
      expect(named(sql, indexed(more))).toContain('foreign-key-without-index');
  });

  test('domains, stored columns, default partitions', () => {
    const types = [
      { name: 'd', isConstrainedDomain: true },
      { name: 'e', isConstrainedDomain: false },
    ];
    expect(named('ALTER TABLE t ADD COLUMN z d', knowing([], types))).toContain(
      'constrained-domain-rewrites',
    );
    expect(named('ALTER TABLE t ADD COLUMN z e', knowing([], types))).not.toContain(
      'constrained-domain-rewrites',
    );
    const virtual = knowing([relation('t', { columns: [column('z', 'int', { generated: 'virtual' })] })]);
    expect(named('ALTER TABLE t ALTER COLUMN z SET EXPRESSION AS (b)', virtual)).not.toContain(
      'stored-column-rewrites',
    );
    const attach = 'ALTER TABLE t ATTACH PARTITION c FOR VALUES IN (1)';
    const checked = relation('c', {
      constraints: [{ name: 'k', type: 'check', columns: ['a'], validated: true }],
    });
    expect(named(attach, knowing([relation('t'), checked]))).not.toContain('attach-scans');
    expect(named(attach, knowing([relation('t', { hasDefaultPartition: true }), checked]))).toContain(
      'attach-scans',
    );
  });
});
