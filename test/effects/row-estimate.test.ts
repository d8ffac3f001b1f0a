import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRowEstimate } from '../../src/pg/row-estimate.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { onSession } from './support.ts';

let database: TestDatabase;

beforeAll(async () => {
  await loadParser();
  database = await createTestDatabase();
  await database.query(`
    CREATE TABLE plain AS SELECT n AS id, n % 10 AS kind FROM generate_series(1, 10000) n;
    CREATE TABLE parted (id int, kind int) PARTITION BY LIST (kind);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
    CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
    INSERT INTO parted SELECT n, 1 + n % 2 FROM generate_series(1, 2000) n;
    CREATE FUNCTION sly(a int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$BEGIN PERFORM pg_advisory_lock_shared(4711); RETURN a; END$$;
    CREATE TABLE indexed AS TABLE plain;
    CREATE INDEX ON indexed (id) WHERE sly(1) = 1;
    CREATE TABLE checked AS TABLE plain;
    ALTER TABLE checked ADD CHECK (sly(id) = id);
    CREATE TABLE guarded AS TABLE plain;
    CREATE POLICY p ON guarded USING (sly(1) = 1);
    CREATE TABLE parent (id int, kind int);
    CREATE TABLE child (CHECK (sly(id) = id)) INHERITS (parent);
    CREATE VIEW seen AS SELECT * FROM plain WHERE sly(1) = 1;
    ANALYZE;`);
});

afterAll(async () => {
  await database.expectNoLeaks();
  await database.drop();
});

const estimate = (sql: string, onlyServerCode = true) =>
  onSession(database, async (session) => {
    const rows = await readRowEstimate(session, sql, { onlyServerCode, timeoutMs: 5_000 });
    const locks = await session.query(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()`,
    );
    expect(locks).toEqual([]);
    // No transaction is left open: its time would stand still.
    const now = () => session.query('SELECT now()::text AS now');
    expect(await now()).not.toEqual(await now());
    return rows;
  });

test.each([
  ['DELETE FROM plain WHERE kind = 3', 1000],
  ['UPDATE plain SET id = 0 WHERE id <= 2500', 2500],
  ['DELETE FROM public.plain USING parted p WHERE p.id = plain.id AND p.kind = 1', 1000],
  ['DELETE FROM parted WHERE id <= 500', 500],
  ['UPDATE plain SET id = 0', 10_000],
])('%s: about %d', async (sql, rows) => {
  const estimated = await estimate(sql);
  expect(estimated).toBeGreaterThan(rows * 0.8);
  expect(estimated).toBeLessThan(rows * 1.2);
});

test('nothing is changed', async () => {
  await estimate('DELETE FROM plain');
  expect(await database.query('SELECT count(*)::int AS n FROM plain')).toEqual([{ n: 10_000 }]);
});

test.each([
  'DELETE FROM indexed WHERE id = 1',
  'DELETE FROM checked WHERE id = 1',
  'DELETE FROM guarded WHERE id = 1',
  'DELETE FROM parent WHERE id = 1',
  'DELETE FROM seen WHERE id = 1',
  'DELETE FROM plain USING guarded g WHERE g.id = plain.id',
  'DELETE FROM absent',
  'SELECT 1',
  'DELETE FROM plain; DELETE FROM plain',
  'INSERT INTO plain VALUES (1, 1)',
  'ANALYZE plain',
])('none, and no code of anybody’s runs: %s', async (sql) => {
  expect(await estimate(sql)).toBeNull();
});

test('nothing is sent where the statement calls code that is not the server’s own', async () => {
  expect(await estimate('DELETE FROM plain WHERE sly(1) = 1', false)).toBeNull();
});

test('planning would have run it', async () => {
  await onSession(database, async (session) => {
    await session.query('EXPLAIN DELETE FROM indexed WHERE id = 1');
    const locks = await session.query(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()`,
    );
    expect(locks).toHaveLength(1);
  });
});
