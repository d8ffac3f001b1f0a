import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Node } from '@pgsql/types';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { nodesNamed } from '../sql/walk.ts';
import type { StatementClass } from './classes/class.ts';
import { classify } from './classes/index.ts';
import { judge, type Verdict } from './verdict.ts';

beforeAll(loadParser);

/** Statements of every class, one a line; a line that is indented goes on with the one before. */
const STATEMENTS: Readonly<Record<StatementClass, string>> = {
  read: `
SELECT id, total FROM shop.orders WHERE customer_id = 7 AND NOT archived
SELECT count(*), avg(total)::numeric(10, 2), percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders
SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b DESC NULLS LAST FETCH FIRST 3 ROWS WITH TIES
SELECT a, sum(b) FROM t GROUP BY GROUPING SETS ((a), ()) HAVING sum(b) > 3
SELECT "delete", e."drop table" FROM "truncate" e
SELECT 'DROP TABLE t', $$ DELETE FROM t $$, E'it\\'s', U&'d\\0061t'
SELECT a ->> 'k', b @> '{"x": 1}'::jsonb, c ~* '^x', d <-> point '(1,2)', e && ARRAY[1, 2] FROM t
SELECT JSON_VALUE(doc, '$.a' RETURNING int DEFAULT 0 ON EMPTY), JSON_OBJECT('a': 1), doc IS JSON OBJECT FROM t
SELECT x FROM t, JSON_TABLE(t.doc, '$[*]' COLUMNS (x int PATH '$.x', NESTED PATH '$.y[*]' COLUMNS (z text))) j
SELECT XMLELEMENT(NAME a, XMLATTRIBUTES(b AS c), XMLFOREST(d)), xmlserialize(CONTENT e AS text) FROM t
SELECT * FROM XMLTABLE('/a' PASSING doc COLUMNS b int PATH 'b') x
SELECT * FROM generate_series(1, 10) WITH ORDINALITY g (n, o), LATERAL (SELECT n * 2) x
SELECT * FROM unnest(ARRAY[1], ARRAY['a']) u (a, b)
SELECT * FROM t TABLESAMPLE bernoulli (5) REPEATABLE (1)
SELECT pg_size_pretty(pg_total_relation_size('t'::regclass)), pg_relation_filepath('t')
SELECT * FROM pg_stat_user_indexes WHERE idx_scan = 0
SELECT pg_get_indexdef(indexrelid), has_table_privilege('t', 'SELECT'), currval('s') FROM pg_index
SELECT pg_blocking_pids(pid), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') FROM pg_stat_activity
SELECT gen_random_uuid(), uuidv7(), random(), clock_timestamp()
SELECT * FROM hypopg_list_indexes()
SELECT hypopg_reset()
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) CYCLE n SET c USING p SELECT * FROM r
VALUES (1, lower('A')), (2, NULL)
TABLE shop.orders
(SELECT 1) UNION ALL (SELECT 2 LIMIT 1) INTERSECT SELECT 3
SHOW work_mem
SHOW ALL
EXPLAIN SELECT 1
EXPLAIN (FORMAT JSON, GENERIC_PLAN) SELECT * FROM t WHERE a = $1
EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) SELECT * FROM t
EXPLAIN DELETE FROM t
EXPLAIN (COSTS OFF) INSERT INTO t SELECT * FROM u
EXPLAIN (ANALYZE true, ANALYZE false) UPDATE t SET a = 1
EXPLAIN (ANALYZE 0) MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE
COPY t TO STDOUT
COPY (SELECT a FROM t WHERE b) TO STDOUT WITH (FORMAT csv, HEADER)`,
  session: `
SET work_mem = '256MB'
SET LOCAL enable_seqscan = off
SET SESSION statement_timeout TO '30s'
SET STATEMENT_TIMEOUT = 0
SET TIME ZONE 'UTC'
SET plan_cache_mode = force_custom_plan
SET jit TO DEFAULT
RESET random_page_cost`,
  maintenance: `
ANALYZE
ANALYZE shop.orders (customer_id, created_at)
ANALYZE (VERBOSE, SKIP_LOCKED) orders
VACUUM
VACUUM (ANALYZE, PARALLEL 2) orders
VACUUM (FULL FALSE, FREEZE) orders
VACUUM (FULL, FULL OFF) orders
VACUUM pg_catalog.pg_class
REINDEX INDEX CONCURRENTLY orders_pkey
REINDEX (VERBOSE, CONCURRENTLY ON) TABLE shop.orders
REFRESH MATERIALIZED VIEW CONCURRENTLY totals`,
  additive: `
CREATE INDEX ON t (a)
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON shop.t USING btree (lower(a) text_pattern_ops DESC) INCLUDE (b) WHERE b > 0
CREATE INDEX ON t USING gin (doc jsonb_path_ops) WITH (fastupdate = off)
CREATE INDEX ON t USING brin (at timestamptz_minmax_multi_ops)
CREATE STATISTICS s (mcv) ON a, (b % 10) FROM t
ALTER STATISTICS s SET STATISTICS 500
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text NOT NULL DEFAULT 'x', m mood, CHECK (a <> ''))
CREATE TABLE IF NOT EXISTS t (id serial, total int GENERATED ALWAYS AS (a + b) STORED, a int, b int, UNIQUE (a, b))
CREATE TABLE t (id int DEFAULT nextval('s'), at timestamptz DEFAULT now(), u uuid DEFAULT gen_random_uuid())
CREATE TABLE t (LIKE other INCLUDING ALL, EXCLUDE USING gist (r WITH &&))
CREATE TABLE p (at date) PARTITION BY RANGE (at)
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')
CREATE UNLOGGED TABLE t (a int) INHERITS (u) WITH (fillfactor = 70)
CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1 AS a
CREATE TABLE t (a int REFERENCES u (id) ON DELETE SET NULL DEFERRABLE)
CREATE TABLE c AS SELECT * FROM t WITH NO DATA
CREATE MATERIALIZED VIEW m AS SELECT a, count(*) FROM t GROUP BY a
SELECT * INTO c FROM t
EXPLAIN ANALYZE CREATE TABLE c AS SELECT 1
CREATE VIEW v WITH (security_barrier) AS SELECT upper(a) FROM t WITH CHECK OPTION
CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v
CREATE SEQUENCE IF NOT EXISTS s START 10 OWNED BY t.id
CREATE SCHEMA IF NOT EXISTS reporting
CREATE SCHEMA s CREATE TABLE a (i int) CREATE VIEW v AS SELECT i FROM a CREATE INDEX ON a (i)
CREATE TYPE mood AS ENUM ('sad', 'ok')
CREATE TYPE pair AS (a int, b text)
CREATE TYPE span AS RANGE (subtype = float8)
CREATE DOMAIN percent AS int DEFAULT 0 CHECK (value BETWEEN 0 AND 100)
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy' BEFORE 'ok'
ALTER DOMAIN percent SET DEFAULT 1
ALTER DOMAIN percent ADD CONSTRAINT c CHECK (value > 1) NOT VALID
ALTER DOMAIN percent VALIDATE CONSTRAINT c
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public
CREATE EXTENSION "uuid-ossp"
COMMENT ON TABLE t IS 'DROP TABLE t'
ALTER TABLE t ADD COLUMN a int
ALTER TABLE t ADD COLUMN IF NOT EXISTS a timestamptz NOT NULL DEFAULT now(), ADD b text COLLATE "C"
ALTER TABLE t ADD COLUMN total int GENERATED ALWAYS AS (a + 1) VIRTUAL
ALTER TABLE t ADD COLUMN u bigint REFERENCES users (id)
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id) NOT VALID
ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID
ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX t_a_idx
ALTER TABLE t ADD PRIMARY KEY USING INDEX t_id_idx
ALTER TABLE t VALIDATE CONSTRAINT c, ALTER COLUMN a SET STATISTICS 1000
ALTER TABLE t ALTER a SET DEFAULT nextval('s'::regclass)
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER a SET COMPRESSION pglz
ALTER TABLE t ALTER a SET (n_distinct = -0.5), ALTER b RESET (n_distinct_inherited)
ALTER TABLE t SET (autovacuum_vacuum_scale_factor = 0.01, toast.autovacuum_enabled = true, fillfactor = 80)
ALTER TABLE t RESET (parallel_workers)
ALTER TABLE t CLUSTER ON t_pkey
ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (1, 2)
ALTER TABLE t ALTER id ADD GENERATED BY DEFAULT AS IDENTITY
ALTER INDEX i SET (fillfactor = 70)
ALTER INDEX i ATTACH PARTITION i1
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 500
ALTER MATERIALIZED VIEW m SET (fillfactor = 70)
CREATE FUNCTION norm(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'SELECT lower(btrim($1))'
CREATE FUNCTION two() RETURNS int RETURN 1 + 1
CREATE FUNCTION f() RETURNS int SET work_mem = '1GB' BEGIN ATOMIC SELECT 1; SELECT count(*) FROM t; END
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$
CREATE FUNCTION f(n int DEFAULT 1) RETURNS SETOF int LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN FOR r IN SELECT a FROM t LOOP RETURN NEXT r.a + n; END LOOP; END $$
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql SECURITY INVOKER AS $$ DECLARE n int; BEGIN EXECUTE 'SELECT 1' INTO n; RETURN n; END $$
CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', now(); END $$`,
  data: `
INSERT INTO t (a) VALUES (1), (DEFAULT) RETURNING id
INSERT INTO t SELECT * FROM u WHERE NOT deleted
INSERT INTO t (a) VALUES (1) ON CONFLICT (lower(a)) DO UPDATE SET a = excluded.a WHERE t.b
INSERT INTO t DEFAULT VALUES
UPDATE t SET a = 1 WHERE id = 5
UPDATE t SET (a, b) = (SELECT 1, 2) WHERE id IN (SELECT id FROM u)
UPDATE t SET a = u.a FROM u WHERE u.id = t.id
UPDATE shop.t AS x SET a = 1 WHERE EXISTS (SELECT FROM u WHERE u.id = x.id)
UPDATE t SET a = 1 WHERE a IS NULL OR b < 3
UPDATE t SET a = 1 WHERE true AND id = ANY ($1)
MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = u.a WHEN NOT MATCHED THEN INSERT VALUES (u.id) RETURNING merge_action()
MERGE INTO t USING u ON t.id = u.id WHEN MATCHED AND u.skip THEN DO NOTHING
SELECT * FROM t WHERE id = 1 FOR UPDATE SKIP LOCKED
SELECT * FROM (SELECT 1 FROM t FOR KEY SHARE) x
EXPLAIN ANALYZE INSERT INTO t VALUES (1)
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO log (at) VALUES (now())'`,
  locking: `
REINDEX TABLE orders
REINDEX INDEX i
REINDEX (CONCURRENTLY false) INDEX i
REINDEX SCHEMA CONCURRENTLY shop
REINDEX DATABASE CONCURRENTLY shop
REFRESH MATERIALIZED VIEW totals
LOCK TABLE t IN ACCESS EXCLUSIVE MODE
LOCK t
CHECKPOINT
ALTER TABLE t ALTER a SET NOT NULL
ALTER TABLE t ADD CHECK (a > 0)
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)
ALTER TABLE t ADD CONSTRAINT n NOT NULL a
ALTER TABLE t ADD UNIQUE (a)
ALTER TABLE t ADD PRIMARY KEY (id)
ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&)
ALTER TABLE t ADD COLUMN a int CHECK (a > 0)
ALTER TABLE t ADD COLUMN a int UNIQUE
ALTER TABLE t ADD COLUMN a int DEFAULT 1 REFERENCES u (id)
ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b) VIRTUAL NOT NULL
ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED
ALTER TABLE t INHERIT u
ALTER TABLE t OF pair
ALTER DOMAIN percent SET NOT NULL
ALTER DOMAIN percent ADD CHECK (value > 1)
ALTER SEQUENCE s RESTART WITH 1`,
  rewrite: `
VACUUM FULL
VACUUM (FULL) orders
VACUUM (FULL off, FULL 1) orders
VACUUM (FULL maybe) orders
CLUSTER orders USING orders_pkey
CLUSTER
REINDEX (CONCURRENTLY, TABLESPACE fast) INDEX i
ALTER TABLE t ALTER id TYPE bigint
ALTER TABLE t ALTER a TYPE int USING length(a)
ALTER TABLE t ADD COLUMN u uuid DEFAULT gen_random_uuid()
ALTER TABLE t ADD COLUMN r float8 DEFAULT random() * 2
ALTER TABLE t ADD COLUMN n int DEFAULT nextval('s')
ALTER TABLE t ADD COLUMN n bigserial
ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS IDENTITY
ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS (a + 1) STORED
ALTER TABLE t ALTER n SET EXPRESSION AS (a + 2)
ALTER TABLE t SET UNLOGGED
ALTER TABLE t SET LOGGED
ALTER TABLE t SET TABLESPACE fast
ALTER TABLE t SET ACCESS METHOD heap
ALTER INDEX i SET TABLESPACE fast
ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b
ALTER TABLE t ALTER id SET GENERATED ALWAYS RESTART`,
  privilege: `
GRANT SELECT ON t TO PUBLIC
REVOKE ALL ON SCHEMA shop FROM app
GRANT pg_read_all_data TO app
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO app
ALTER TABLE t OWNER TO app
ALTER FUNCTION f() OWNER TO app
REASSIGN OWNED BY a TO b
CREATE ROLE app LOGIN PASSWORD 'x'
ALTER ROLE app SUPERUSER
ALTER ROLE app SET session_replication_role = replica
CREATE POLICY p ON t USING (true)
ALTER POLICY p ON t USING (a)
ALTER TABLE t ENABLE ROW LEVEL SECURITY
ALTER TABLE t DISABLE ROW LEVEL SECURITY
ALTER TABLE t FORCE ROW LEVEL SECURITY
ALTER TABLE t NO FORCE ROW LEVEL SECURITY
ALTER TABLE t REPLICA IDENTITY FULL
ALTER TABLE t SET (user_catalog_table = true)
ALTER VIEW v SET (security_invoker = on)
ALTER VIEW v RESET (security_barrier)
SECURITY LABEL ON TABLE t IS 'x'
ALTER SYSTEM SET work_mem = '1GB'
ALTER SYSTEM RESET ALL
CREATE DATABASE shop
ALTER DATABASE shop SET work_mem = '1GB'
ALTER DATABASE shop CONNECTION LIMIT 1
ALTER DATABASE shop REFRESH COLLATION VERSION
ALTER COLLATION c REFRESH VERSION
CREATE TABLESPACE fast LOCATION '/fast'
ALTER TABLESPACE fast SET (random_page_cost = 1)
CREATE EXTENSION file_fdw
CREATE LANGUAGE plpython3u
CREATE EXTENSION jsonb_plperl CASCADE
ALTER EXTENSION pg_trgm UPDATE
ALTER EXTENSION pg_trgm ADD TABLE t
CREATE SCHEMA AUTHORIZATION app
CREATE SCHEMA s CREATE TABLE t (a int) GRANT ALL ON t TO PUBLIC
CREATE PUBLICATION p FOR ALL TABLES
ALTER PUBLICATION p ADD TABLE t
CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p
ALTER SUBSCRIPTION s DISABLE
CREATE FOREIGN DATA WRAPPER w HANDLER h
ALTER FOREIGN DATA WRAPPER w NO HANDLER
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw
ALTER SERVER s OPTIONS (SET host 'x')
CREATE USER MAPPING FOR app SERVER s
ALTER USER MAPPING FOR app SERVER s OPTIONS (SET user 'x')
IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b
SET search_path = evil, public
SET SCHEMA 'evil'
SET LOCAL row_security = off
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1'
CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'
CREATE FUNCTION f(a int) RETURNS bool LANGUAGE sql LEAKPROOF AS 'SELECT a > 1'`,
  destructive: `
DROP TABLE t
DROP TABLE IF EXISTS a, b CASCADE
DROP INDEX CONCURRENTLY i
DROP VIEW v
DROP MATERIALIZED VIEW m
DROP SEQUENCE s
DROP SCHEMA s
DROP TYPE mood
DROP DOMAIN d
DROP FUNCTION f(int)
DROP PROCEDURE p
DROP AGGREGATE a(int)
DROP OPERATOR +(int, int)
DROP OPERATOR CLASS c USING btree
DROP OPERATOR FAMILY f USING btree
DROP CAST (int AS text)
DROP COLLATION c
DROP CONVERSION c
DROP TRIGGER g ON t
DROP EVENT TRIGGER g
DROP RULE r ON t
DROP POLICY p ON t
DROP STATISTICS s
DROP EXTENSION pg_trgm
DROP LANGUAGE plperl
DROP TRANSFORM FOR int LANGUAGE sql
DROP ACCESS METHOD m
DROP FOREIGN DATA WRAPPER w
DROP SERVER s
DROP FOREIGN TABLE t
DROP PUBLICATION p
DROP TEXT SEARCH CONFIGURATION c
DROP TEXT SEARCH DICTIONARY d
DROP DATABASE shop WITH (FORCE)
DROP ROLE app
DROP USER app
DROP TABLESPACE fast
DROP OWNED BY app
DROP SUBSCRIPTION s
DROP USER MAPPING FOR app SERVER s
ALTER TABLE t DROP COLUMN a
ALTER TABLE t ADD COLUMN b int, DROP COLUMN IF EXISTS a CASCADE
ALTER TABLE t ALTER a DROP DEFAULT
ALTER TABLE t ALTER a DROP NOT NULL
ALTER TABLE t ALTER a DROP EXPRESSION
ALTER TABLE t ALTER a DROP IDENTITY
ALTER TABLE t DROP CONSTRAINT c
ALTER TABLE t SET WITHOUT CLUSTER
ALTER TABLE t SET WITHOUT OIDS
ALTER TABLE t NO INHERIT u
ALTER TABLE t NOT OF
ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY
ALTER TABLE p DETACH PARTITION p1 FINALIZE
ALTER TABLE t DISABLE TRIGGER g
ALTER TABLE t DISABLE TRIGGER ALL
ALTER TABLE t DISABLE TRIGGER USER
ALTER TABLE t ENABLE REPLICA TRIGGER g
ALTER TABLE t DISABLE RULE r
ALTER TABLE t ENABLE REPLICA RULE r
ALTER TYPE pair DROP ATTRIBUTE a
ALTER TYPE pair ADD ATTRIBUTE c int CASCADE
ALTER TYPE mood RENAME VALUE 'a' TO 'b'
ALTER DOMAIN d DROP CONSTRAINT c
ALTER DOMAIN d DROP NOT NULL
ALTER DOMAIN d DROP DEFAULT
ALTER EXTENSION pg_trgm DROP FUNCTION f(int)
ALTER OPERATOR FAMILY f USING btree DROP OPERATOR 1 (int, int)
ALTER PUBLICATION p DROP TABLE t
ALTER PUBLICATION p SET TABLE t
ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR word
ALTER FUNCTION f() DEPENDS ON EXTENSION pg_trgm
ALTER TABLE t RENAME TO u
ALTER TABLE t RENAME a TO b
ALTER INDEX i RENAME TO j
ALTER SCHEMA a RENAME TO b
ALTER TABLE t SET SCHEMA s
TRUNCATE t, u RESTART IDENTITY CASCADE
DELETE FROM t
DELETE FROM ONLY t USING u WHERE u.id = t.id RETURNING *
UPDATE t SET a = 1
UPDATE t SET a = 1 WHERE true
UPDATE t SET a = 1 WHERE 1 = 1
UPDATE t SET a = 1 WHERE id = 1 OR true
UPDATE t SET a = 1 WHERE id = id
UPDATE t SET a = 1 WHERE EXISTS (SELECT FROM u WHERE u.a = 1)
UPDATE t SET a = u.a FROM u WHERE u.b = 1
MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE
MERGE INTO t USING u ON true WHEN MATCHED THEN UPDATE SET a = 1
MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED BY SOURCE THEN UPDATE SET a = 1
WITH x AS (INSERT INTO t VALUES (1) RETURNING id) SELECT * FROM x
WITH x AS (UPDATE t SET a = 1 WHERE id = 1 RETURNING id) INSERT INTO log SELECT id FROM x
SELECT * FROM (WITH x AS (DELETE FROM t RETURNING id) SELECT * FROM x) y
EXPLAIN ANALYZE UPDATE t SET a = 1
EXPLAIN (ANALYZE off, ANALYZE on) DELETE FROM t
EXPLAIN (ANALYZE 1) WITH x AS (DELETE FROM t RETURNING id) SELECT * FROM x
COPY (DELETE FROM t RETURNING *) TO STDOUT
CREATE TABLE c AS WITH x AS (DELETE FROM t RETURNING id) SELECT * FROM x
CREATE OR REPLACE VIEW v AS SELECT 1
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t'
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF false THEN NULL; ELSE TRUNCATE t; END IF; END $$
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; EXCEPTION WHEN others THEN DROP TABLE t; END $$
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE E'DR\\x4fP TABLE t'; END $$
CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM t; END
REFRESH MATERIALIZED VIEW totals WITH NO DATA`,
  opaque: `
DO 'BEGIN NULL; END'
DO LANGUAGE plpgsql $$ BEGIN PERFORM 1; END $$
DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE t'; END $$
DO $$ BEGIN not plpgsql; END $$
CALL refresh()
SELECT purge()
SELECT app.lower(a) FROM t
SELECT shop.pg_catalog.lower('a')
SELECT LOWER(a), "LOWER"(a) FROM t
SELECT 1 OPERATOR(app.+) 2
SELECT a ### b FROM t
SELECT * FROM t WHERE a OPERATOR(app.=) ANY (SELECT 1)
SELECT * FROM t ORDER BY a USING OPERATOR(app.<)
SELECT 'x'::app.secret
SELECT 'happy'::mood
SELECT * FROM t TABLESAMPLE app.mine (1)
SELECT pg_sleep(1)
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
SELECT setval('s', 1)
SELECT nextval('s')
SELECT pg_advisory_lock(1)
SELECT pg_reload_conf()
SELECT pg_stat_reset()
SELECT pg_restore_relation_stats('relname', 't')
SELECT lo_unlink(1)
SELECT lo_from_bytea(0, 'x')
SELECT table_to_xml('t', true, true, '')
SELECT txid_current()
SELECT count(*) FILTER (WHERE app.f(a)) OVER (PARTITION BY app.g(b)) FROM t
SELECT * FROM json_to_record('{}') AS x (a app.secret)
SELECT JSON_VALUE('{}', '$' RETURNING app.secret)
VALUES (app.f())
EXPLAIN SELECT app.f()
EXPLAIN ANALYZE SELECT app.f()
EXPLAIN (ANALYZE perhaps) SELECT 1
EXPLAIN CREATE TABLE c AS SELECT 1
EXPLAIN INSERT INTO t VALUES (app.f())
INSERT INTO t VALUES (app.f())
UPDATE t SET a = app.f(a) WHERE id = 1
CREATE TABLE t (a int DEFAULT app.f())
CREATE TABLE t (a int CHECK (app.f(a)))
CREATE TABLE t (a int) USING columnar
CREATE TABLE pg_catalog.t (a int)
CREATE TABLE p (a int) PARTITION BY RANGE (app.f(a))
CREATE TABLE c AS SELECT app.f()
CREATE VIEW v AS SELECT app.f()
CREATE INDEX ON t (app.f(a))
CREATE INDEX ON t (a) WHERE app.f(a)
CREATE INDEX ON t (a app.my_ops)
CREATE INDEX ON t (a gin_trgm_ops)
CREATE INDEX ON t USING bloom (a)
CREATE INDEX ON pg_catalog.pg_class (relpages)
CREATE STATISTICS s ON (app.f(a)), b FROM t
CREATE DOMAIN d AS int CHECK (app.f(value))
CREATE TYPE r AS RANGE (subtype = int4, subtype_diff = app.f)
CREATE TYPE base (INPUT = i, OUTPUT = o)
ALTER TABLE t ADD COLUMN a mood
ALTER TABLE t ADD COLUMN a int DEFAULT app.f()
ALTER TABLE t ADD CONSTRAINT c CHECK (app.f(a)) NOT VALID
ALTER TABLE t ALTER a SET DEFAULT app.f()
ALTER TABLE t ALTER a TYPE int USING app.f(a)
ALTER TABLE pg_catalog.pg_class ADD COLUMN a int
ALTER TABLE t ENABLE TRIGGER g
ALTER TABLE t ENABLE ALWAYS TRIGGER g
ALTER TABLE t ENABLE TRIGGER ALL
ALTER TABLE t ENABLE TRIGGER USER
ALTER TABLE t ENABLE RULE r
ALTER TABLE t ENABLE ALWAYS RULE r
ALTER FOREIGN TABLE t OPTIONS (ADD filename '/x')
ALTER FOREIGN TABLE t ALTER a OPTIONS (ADD x 'y')
CREATE FOREIGN TABLE t (a int) SERVER s
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()
CREATE EVENT TRIGGER g ON ddl_command_start EXECUTE FUNCTION f()
CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING
CREATE CAST (text AS int) WITH FUNCTION f(text)
CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM f
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION f(internal))
CREATE ACCESS METHOD m TYPE TABLE HANDLER h
CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <
CREATE OPERATOR FAMILY f USING btree
ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 < (int, int)
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = f)
CREATE AGGREGATE a (int) (SFUNC = f, STYPE = int)
CREATE TEXT SEARCH CONFIGURATION c (PARSER = p)
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH simple
ALTER TEXT SEARCH DICTIONARY d (x = 1)
ALTER FUNCTION f() STABLE
ALTER OPERATOR + (int, int) SET (RESTRICT = NONE)
ALTER TYPE base SET (STORAGE = plain)
LISTEN c
UNLISTEN *
NOTIFY c, 'x'
SET CONSTRAINTS ALL DEFERRED
CREATE FUNCTION pg_catalog.f() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT app.g()'
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'not sql'
CREATE FUNCTION f(a int DEFAULT app.g()) RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION f() RETURNS int LANGUAGE sql WINDOW AS 'SELECT 1'
CREATE FUNCTION f() RETURNS int LANGUAGE sql SUPPORT s AS 'SELECT 1'
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE a int := app.f(); BEGIN NULL; END $$
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE a int[]; BEGIN a[app.f()] := 1; END $$
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE a app.secret; BEGIN NULL; END $$
CREATE FUNCTION f(s text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE s; END $$
CREATE FUNCTION f(s text) RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE s; END $$
CREATE FUNCTION f(s text) RETURNS void LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN FOR r IN EXECUTE s LOOP END LOOP; END $$
CREATE FUNCTION f(s text) RETURNS void LANGUAGE plpgsql AS $$ DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE s; END $$
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE USING MESSAGE = app.f(); END $$
CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$`,
  refuse: `
BEGIN
START TRANSACTION READ WRITE
COMMIT
END
ROLLBACK AND CHAIN
ABORT
SAVEPOINT s
RELEASE s
ROLLBACK TO s
PREPARE TRANSACTION 'x'
COMMIT PREPARED 'x'
SET TRANSACTION READ WRITE
SET TRANSACTION SNAPSHOT '1'
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
SET ROLE postgres
RESET ROLE
SET SESSION AUTHORIZATION postgres
SET session_replication_role = replica
SET LOCAL event_triggers = off
SET standard_conforming_strings = on
SET transaction_read_only = off
SET "Default_Transaction_Read_Only" = off
SET client_encoding = 'SJIS'
SET NAMES 'SJIS'
SET app.user_id = 1
SET synchronous_commit = off
RESET ALL
DISCARD TEMP
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE ALL
DECLARE c CURSOR WITH HOLD FOR SELECT 1
FETCH c
MOVE c
CLOSE ALL
EXPLAIN EXECUTE p
EXPLAIN DECLARE c CURSOR FOR SELECT 1
CREATE TABLE c AS EXECUTE p
LOAD 'x'
ALTER EVENT TRIGGER g ENABLE
COPY t FROM STDIN
COPY t FROM '/x'
COPY t TO '/x'
COPY (SELECT 1) TO PROGRAM 'sh'
SELECT set_config('work_mem', '1GB', false)
SELECT pg_read_file('/etc/passwd')
SELECT * FROM pg_ls_dir('.')
SELECT lo_import('/x')
SELECT * FROM extensions.dblink('x', 'SELECT 1') AS d (a int)
SELECT query_to_xml('SELECT f()', true, true, '')
SELECT word FROM ts_stat('SELECT f()')
SELECT pg_catalog.pg_advisory_unlock(1)
EXPLAIN SELECT pg_read_file('x')
WITH x AS (UPDATE pg_catalog.pg_class SET relname = 'x' RETURNING 1) SELECT * FROM x
INSERT INTO pg_attribute VALUES (1)
UPDATE pg_settings SET setting = 'x' WHERE name = 'work_mem'
DELETE FROM pg_catalog.pg_depend
MERGE INTO information_schema.x USING u ON true WHEN MATCHED THEN DO NOTHING
TRUNCATE t, pg_catalog.pg_statistic
CREATE LANGUAGE mine HANDLER h
CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'f'
CREATE FUNCTION f() RETURNS int LANGUAGE internal AS 'f'
CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1'
DO LANGUAGE plperl $$ 1 $$
DO $$ BEGIN COMMIT; END $$
DO $$ BEGIN PERFORM pg_read_file('x'); END $$
DO $$ BEGIN EXECUTE 'SET ROLE postgres'; END $$
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT pg_read_file(''x'')'
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET session_replication_role = replica AS 'SELECT 1'
CREATE FOREIGN TABLE t (a text) SERVER s OPTIONS (program 'id')
ALTER FOREIGN TABLE t OPTIONS (ADD program 'id')
CREATE POLICY p ON t USING (pg_read_file('x') = '')
CREATE RULE r AS ON SELECT TO t DO INSTEAD SELECT pg_read_file('x')
CALL p(pg_read_file('x'))`,
};

const EVERYWHERE = ['development', 'test', 'staging', 'production'] as const;

/** Below production, and on it. */
const VERDICTS: Readonly<Record<StatementClass, readonly [Verdict, Verdict]>> = {
  read: ['allow', 'allow'],
  session: ['allow', 'allow'],
  maintenance: ['allow', 'gate'],
  additive: ['allow', 'gate'],
  data: ['allow', 'gate'],
  locking: ['gate', 'gate'],
  rewrite: ['gate', 'gate'],
  privilege: ['gate', 'gate'],
  destructive: ['gate', 'gate'],
  opaque: ['gate', 'gate'],
  refuse: ['refuse', 'refuse'],
};

const LISTED = (Object.keys(STATEMENTS) as StatementClass[]).flatMap((className) =>
  STATEMENTS[className]
    .trim()
    .split('\n')
    .map((sql) => ({ className, sql })),
);

describe('G2, G3, G4: each statement has its class, and each class its verdicts', () => {
  test.each(LISTED)('$className: $sql', ({ className, sql }) => {
    const [below, on] = VERDICTS[className];
    const judged = EVERYWHERE.map((environment) => judge(sql, environment));
    expect(judged.map(({ statements }) => statements.map((statement) => statement.class))).toEqual(
      EVERYWHERE.map(() => [className]),
    );
    expect(judged.map(({ verdict }) => verdict)).toEqual([below, below, below, on]);
    for (const { statements } of judged)
      for (const { reasons } of statements) expect(reasons.length).toBeGreaterThan(0);
  });
});

/** The declarations of the parser's tree. */
const DECLARATIONS = createRequire(import.meta.url).resolve('@pgsql/types');
const declarations = (file: string) => readFileSync(new URL(file, `file://${DECLARATIONS}`), 'utf8');

describe('nothing of the grammar is left out', () => {
  /** Made by the server from other sub-commands. */
  const INTERNAL = [
    'AT_AddColumnToView',
    'AT_CookedColumnDefault',
    'AT_AddIndex',
    'AT_ReAddIndex',
    'AT_ReAddConstraint',
    'AT_ReAddDomainConstraint',
    'AT_AddIndexConstraint',
    'AT_ReAddComment',
    'AT_ReplaceRelOptions',
    'AT_ReAddStatistics',
  ];

  test('each sub-command of ALTER TABLE is listed above, or is internal', () => {
    const all = /type AlterTableType = (.*);/.exec(declarations('enums.d.ts'))?.[1]?.match(/AT_\w+/g) ?? [];
    const used = new Set(
      LISTED.flatMap(({ sql }) => parseStatements(sql)).flatMap(({ tree }) =>
        nodesNamed(tree, 'AlterTableCmd').map(({ subtype }) => subtype),
      ),
    );
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter((subtype) => !used.has(subtype as never)).toSorted()).toEqual(INTERNAL.toSorted());
  });

  test.each([...INTERNAL, 'AT_FromTheFuture'])('%s is opaque', (subtype) => {
    const tree = { AlterTableStmt: { cmds: [{ AlterTableCmd: { subtype } }] } } as unknown as Node;
    expect(classify(tree, { sql: '', depth: 0, classify }).class).toBe('opaque');
  });

  test('each statement of the grammar is listed above', () => {
    const all = declarations('types.d.ts').match(/(?<=interface )\w+Stmt\b/g) ?? [];
    const used = new Set(
      LISTED.flatMap(({ sql }) => parseStatements(sql)).flatMap(({ tree }) =>
        [...JSON.stringify(tree).matchAll(/"(\w+Stmt)":/g)].map(([, tag]) => tag),
      ),
    );
    const unreachable = ['PLAssignStmt', 'RawStmt', 'SetOperationStmt'];
    expect(all.length).toBeGreaterThan(110);
    expect(all.filter((tag) => !used.has(tag)).toSorted()).toEqual(unreachable);
  });

  test('a statement and a node that are not known are opaque', () => {
    const place = { sql: '', depth: 0, classify };
    expect(classify({ RepackStmt: {} } as unknown as Node, place).class).toBe('opaque');
    const strange = { SelectStmt: { targetList: [{ ResTarget: { val: { Novelty: {} } } }] } };
    expect(classify(strange as unknown as Node, place).class).toBe('opaque');
  });
});
