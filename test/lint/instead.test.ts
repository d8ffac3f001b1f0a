import { beforeAll, expect, test as base } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

beforeAll(() => loadParser());

const SCHEMA = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.r (id int PRIMARY KEY);
  CREATE TABLE shop."Order" (a int, b int);
  CREATE INDEX "An index" ON shop."Order" (b);
  INSERT INTO shop.r VALUES (1), (2);
  INSERT INTO shop."Order" VALUES (1, 1), (2, 2);
  CREATE TABLE shop.p (a int) PARTITION BY LIST (a);
  CREATE TABLE shop.p1 PARTITION OF shop.p FOR VALUES IN (1);
  CREATE MATERIALIZED VIEW shop.m AS SELECT id FROM shop.r;
  CREATE UNIQUE INDEX ON shop.m (id)`;

/** A statement, the rule, and what the database has to say of the result. */
const CASES = [
  [
    'not-null-scan',
    'ALTER TABLE shop."Order" ALTER COLUMN a SET NOT NULL',
    `SELECT attnotnull AS ok FROM pg_attribute WHERE attrelid = 'shop."Order"'::regclass AND attname = 'a'`,
  ],
  [
    'foreign-key-validated-at-once',
    'ALTER TABLE shop."Order" ADD FOREIGN KEY (a) REFERENCES shop.r (id)',
    `SELECT convalidated AS ok FROM pg_constraint WHERE conrelid = 'shop."Order"'::regclass AND contype = 'f'`,
  ],
  [
    'unique-constraint-builds-index',
    'ALTER TABLE shop."Order" ADD UNIQUE (a, b)',
    `SELECT convalidated AS ok FROM pg_constraint WHERE conrelid = 'shop."Order"'::regclass AND contype = 'u'`,
  ],
  [
    'drop-index-not-concurrent',
    'DROP INDEX shop."An index"',
    `SELECT to_regclass('shop."An index"') IS NULL AS ok`,
  ],
  [
    'detach-not-concurrent',
    'ALTER TABLE shop.p DETACH PARTITION shop.p1',
    `SELECT NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = 'shop.p1'::regclass) AS ok`,
  ],
  ['refresh-not-concurrent', 'REFRESH MATERIALIZED VIEW shop.m', `SELECT count(*) = 2 AS ok FROM shop.m`],
] as const;

test.for(CASES)(
  'the alternative to %s runs and comes to the same',
  async ([rule, sql, result], { database }) => {
    await database.query(SCHEMA);
    const finding = lint(parseStatements(sql))[0]?.findings.find((one) => one.rule === rule);
    const [statements = ''] = (finding?.instead ?? '').split(/, alone|, which/);
    for (const statement of statements.split(/; then(?:, in a later transaction,)? /)) {
      expect(lint(parseStatements(statement))[0]?.findings.map((one) => one.rule)).not.toContain(rule);
      await database.query(statement);
    }
    expect(await database.query(result)).toEqual([{ ok: true }]);
  },
);
