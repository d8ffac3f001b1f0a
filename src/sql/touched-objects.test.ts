import { beforeAll, describe, expect, test } from 'vitest';
import { displayName, objectNames } from './object-names.ts';
import { loadParser, parseStatements } from './parse.ts';
import { touchedObjects } from './touched-objects.ts';

beforeAll(loadParser);

function touched(sql: string) {
  return touchedObjects(parseStatements(sql));
}

/** One line per object: `drop index shop.i`. */
function lines(sql: string): string[] {
  return touched(sql).objects.map(
    (object) => `${object.later ? 'later ' : ''}${object.action} ${object.what} ${displayName(object)}`,
  );
}

describe('names what is', () => {
  test.each<[sql: string, ...touches: string[]]>([
    ['DROP INDEX CONCURRENTLY shop.i, "J k"', 'drop index shop.i', 'drop index "J k"'],
    ['DROP TABLE a, b.c CASCADE', 'drop table a', 'drop table b.c'],
    ['DROP FOREIGN TABLE f', 'drop foreign table f'],
    ['DROP VIEW v', 'drop view v'],
    ['DROP MATERIALIZED VIEW s.m', 'drop materialized view s.m'],
    ['DROP SEQUENCE s.q', 'drop sequence s.q'],
    ['DROP SCHEMA s, t', 'drop schema s', 'drop schema t'],
    ['DROP FUNCTION s.f(int, text[], s."Mood")', 'drop function s.f(int4, text[], s."Mood")'],
    ['DROP FUNCTION f', 'drop function f'],
    ['DROP FUNCTION f()', 'drop function f()'],
    ['DROP PROCEDURE p(int)', 'drop procedure p(int4)'],
    ['DROP AGGREGATE s.a(*)', 'drop aggregate s.a()'],
    ['DROP TYPE s.t', 'drop type s.t'],
    ['DROP DOMAIN d', 'drop domain d'],
    ['DROP EXTENSION x', 'drop extension x'],
    ['DROP ROLE a, CURRENT_USER', 'drop role a', 'drop current_user "current_user"'],
    ['DROP OWNED BY a', 'drop-owned role a'],
    ['DROP DATABASE d', 'drop database d'],
    ['DROP TABLESPACE t', 'drop tablespace t'],
    ['DROP SUBSCRIPTION s', 'drop subscription s'],
    ['DROP PUBLICATION p', 'drop publication p'],
    ['DROP STATISTICS s.x', 'drop statistics object s.x'],
    ['DROP TRIGGER t ON s.x', 'drop trigger t of s.x'],
    ['DROP POLICY p ON t', 'drop policy p of t'],
    ['DROP RULE r ON s.v', 'drop rule r of s.v'],
    ['DROP SERVER s', 'drop server s'],
    ['DROP USER MAPPING FOR a SERVER s', 'drop user mapping a'],
    ['DROP CAST (int AS text)', 'drop cast pg_catalog.int4 AS text'],
    ['DROP OPERATOR s.+ (int, int)', 'drop operator s."+"'],
    ['DROP OPERATOR CLASS s.oc USING btree', 'drop operator class s.oc'],
    ['DROP TEXT SEARCH DICTIONARY s.d', 'drop text search dictionary s.d'],
    ['DROP EVENT TRIGGER e', 'drop event trigger e'],
    ['DROP INDEX db.s.i', 'drop index s.i'],
    [
      'ALTER TABLE s.t DROP COLUMN c, DROP CONSTRAINT k, ALTER d TYPE int, ADD COLUMN e int, ADD CONSTRAINT z FOREIGN KEY (e) REFERENCES o',
      'alter table s.t',
      'drop column c of s.t',
      'drop constraint k of s.t',
      'alter column d of s.t',
      'create column e of s.t',
      'create constraint z of s.t',
      'alter table o',
    ],
    ['ALTER TABLE t ALTER c DROP DEFAULT', 'alter table t', 'alter column c of t'],
    ['ALTER TABLE t ALTER CONSTRAINT k DEFERRABLE', 'alter table t', 'alter constraint k of t'],
    ['ALTER TABLE t ATTACH PARTITION s.p DEFAULT', 'alter table t', 'alter table s.p'],
    ['ALTER TABLE s.t CLUSTER ON i, INHERIT u', 'alter table s.t', 'alter index s.i', 'alter table u'],
    ['ALTER TABLE t DISABLE TRIGGER x', 'alter table t', 'alter trigger x of t'],
    ['ALTER TABLE a RENAME TO b', 'rename table a'],
    ['ALTER TABLE a RENAME COLUMN c TO d', 'alter table a', 'rename column c of a'],
    ['ALTER DOMAIN s.d RENAME CONSTRAINT a TO b', 'alter domain s.d', 'rename domain constraint a of s.d'],
    ['ALTER DOMAIN s.d DROP CONSTRAINT k', 'alter domain s.d', 'drop domain constraint k of s.d'],
    ['ALTER SCHEMA s RENAME TO t', 'rename schema s'],
    ['ALTER TYPE s.c DROP ATTRIBUTE x', 'alter type s.c', 'drop column x of s.c'],
    ['ALTER FUNCTION f(int) OWNER TO x', 'alter function f(int4)'],
    ['ALTER TRIGGER t ON s.x DEPENDS ON EXTENSION e', 'alter trigger t of s.x'],
    ['CREATE FOREIGN TABLE s.f (a int) SERVER x', 'create foreign table s.f'],
    ['CREATE AGGREGATE s.a (int) (sfunc = f, stype = int)', 'create aggregate s.a'],
    ['ALTER TABLE a SET SCHEMA z', 'alter table a'],
    ['ALTER EXTENSION e DROP TABLE s.t', 'alter extension e', 'alter table s.t'],
    ['ALTER PUBLICATION p ADD TABLE s.t', 'alter publication p', 'alter table s.t'],
    ['TRUNCATE s.t, u', 'truncate table s.t', 'truncate table u'],
    ['DELETE FROM s.t', 'delete-all table s.t'],
    ['UPDATE t SET a = 1 WHERE b', 'update table t'],
    ['MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE', 'merge table t'],
    ['COPY t FROM STDIN', 'insert table t'],
    ['REINDEX INDEX s.i', 'reindex index s.i'],
    ['REINDEX SCHEMA s', 'reindex schema s'],
    ['CLUSTER s.t USING i', 'rewrite table s.t'],
    ['VACUUM (FULL) a, b', 'rewrite table a', 'rewrite table b'],
    ['VACUUM a', 'vacuum table a'],
    ['ANALYZE a', 'analyze table a'],
    ['CREATE INDEX i ON s.t (a)', 'alter table s.t', 'create index s.i of s.t'],
    ['CREATE TABLE a.p PARTITION OF a.t DEFAULT', 'create table a.p', 'alter table a.t'],
    ['CREATE TABLE n (a int REFERENCES o)', 'create table n', 'alter table o'],
    ['CREATE OR REPLACE VIEW s.v AS SELECT 1', 'replace view s.v'],
    ['CREATE TRIGGER x BEFORE INSERT ON t EXECUTE FUNCTION f()', 'alter table t', 'create trigger x of t'],
    ['GRANT SELECT ON s.t TO r', 'grant table s.t'],
    ['REVOKE ALL ON ALL TABLES IN SCHEMA s FROM r', 'revoke schema s'],
    ['GRANT a TO b, PUBLIC', 'grant role a', 'grant role b'],
    ['REFRESH MATERIALIZED VIEW m', 'refresh materialized view m'],
    ["COMMENT ON COLUMN s.t.c IS 'x'", 'comment column c of s.t'],
    ["COMMENT ON CONSTRAINT k ON DOMAIN s.d IS 'x'", 'comment domain constraint k of s.d'],
    ['LOCK TABLE s.t', 'lock table s.t'],
    ['SELECT * FROM a JOIN b x ON true FOR UPDATE OF x', 'lock table b'],
    ['SELECT * FROM a'],
    ['SET work_mem = 1'],
  ])('%s', (sql, ...expected) => {
    expect(lines(sql)).toEqual(expected);
  });
});

describe('looks into', () => {
  test('CTEs, EXPLAIN and COPY', () => {
    expect(lines('WITH d AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM d')).toEqual([
      'insert table b',
      'delete-all table a',
    ]);
    expect(lines('EXPLAIN ANALYZE UPDATE a SET b = 1')).toEqual(['update-all table a']);
    expect(lines('COPY (DELETE FROM a RETURNING *) TO STDOUT')).toEqual(['delete-all table a']);
  });

  test('several statements, each object once for each action', () => {
    expect(lines('DELETE FROM a; DELETE FROM a; TRUNCATE a')).toEqual([
      'delete-all table a',
      'truncate table a',
    ]);
  });

  test('DO: its static statements', () => {
    const sql = `DO $$ DECLARE r record; BEGIN
      DELETE FROM a WHERE x = 1;
      FOR r IN SELECT 1 LOOP UPDATE b SET c = 1; END LOOP;
    EXCEPTION WHEN OTHERS THEN TRUNCATE s.t; END $$`;
    expect(lines(sql)).toEqual(['delete table a', 'update-all table b', 'truncate table s.t']);
    expect(touched(sql).opaque).toBe(false);
  });

  test('the bodies of functions and rules, which run later', () => {
    expect(lines("CREATE FUNCTION f(a int, OUT b int) LANGUAGE sql AS 'DELETE FROM a; TRUNCATE b'")).toEqual([
      'create function f(int4)',
      'later delete-all table a',
      'later truncate table b',
    ]);
    expect(lines('CREATE OR REPLACE PROCEDURE p() LANGUAGE plpgsql AS $$BEGIN DELETE FROM z; END$$')).toEqual(
      ['replace procedure p()', 'later delete-all table z'],
    );
    expect(lines('CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM a; END')).toEqual([
      'create function f()',
      'later delete-all table a',
    ]);
    expect(lines('CREATE RULE r AS ON INSERT TO v DO INSTEAD DELETE FROM w')).toEqual([
      'alter table v',
      'create rule r of v',
      'later delete-all table w',
    ]);
  });
});

describe('says that it cannot see through', () => {
  test.each([
    "DO $$BEGIN EXECUTE 'DROP TABLE a'; END$$",
    "DO $$DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE 'SELECT 1'; END$$",
    "DO $$DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT 1' LOOP END LOOP; END$$",
    'DO $$BEGIN CALL p(); END$$',
    'DO $$BEGIN FOR i IN SELECT nonsense LOOP END LOOP; END$$',
    'DO LANGUAGE plpython3u $$print(1)$$',
    'CALL p()',
    'EXECUTE q',
    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'no sql'",
  ])('%s', (sql) => {
    expect(touched(sql).opaque).toBe(true);
  });

  test('and not where there is nothing hidden', () => {
    expect(touched('DROP TABLE a; DO $$BEGIN NULL; END$$').opaque).toBe(false);
  });
});

test.each([
  ['DROP TABLE a CASCADE', true],
  ['DROP TABLE a', false],
  ['ALTER TABLE a DROP COLUMN b, DROP COLUMN c CASCADE', true],
  ['TRUNCATE a CASCADE', true],
  ['DROP OWNED BY a CASCADE', true],
  ['DO $$BEGIN DROP TABLE a CASCADE; END$$', true],
  ['CREATE TABLE a (b int REFERENCES c ON DELETE CASCADE)', false],
])('%s: CASCADE is asked for: %s', (sql, cascade) => {
  expect(touched(sql).cascade).toBe(cascade);
});

test.each([
  ['DROP INDEX shop.i', ['shop.i', 'i']],
  ['DROP INDEX i', ['i']],
  ['DROP TABLE a.b, a.c', ['a.b', 'b', 'a.c', 'c']],
  ['DROP TABLE "Shop"."Order Lines"', ['"Shop"."Order Lines"', '"Order Lines"']],
  ['DROP FUNCTION s.f(int)', ['s.f', 'f']],
])('%s is confirmed with %j', (sql, names) => {
  expect(objectNames(touched(sql).objects)).toEqual(names);
});
