import { expect, test as base } from 'vitest';
import type { Check } from '../../src/monitoring/check.ts';
import { sequentialScans } from '../../src/monitoring/checks/sequential-scans.ts';
import { tableCacheHits } from '../../src/monitoring/checks/table-cache-hits.ts';
import { tablesWithoutPrimaryKey } from '../../src/monitoring/checks/tables-without-primary-key.ts';
import { updatesNotHot } from '../../src/monitoring/checks/updates-not-hot.ts';
import { updatesToNewPages } from '../../src/monitoring/checks/updates-to-new-pages.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { about, look, type Look } from '../support/monitoring.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest wants to see which fixtures are used
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

/** What a check says of the time in which these statements run; what ran before is counted before. */
async function lookOver(
  database: TestDatabase,
  check: Check,
  statements: readonly string[],
  how: Omit<Look, 'meanwhile'> = {},
) {
  const counted = () => database.query('SELECT pg_stat_force_next_flush()');
  const meanwhile = async () => {
    for (const sql of statements) await database.query(sql);
    await counted();
  };
  await counted();
  return look(database.url, check, { ...how, meanwhile });
}

test('sequential scans: ten in a minute of a large table, and none that does not end by an index', async ({
  database,
}) => {
  // One row to a page: little to write for its size.
  await database.query(
    `CREATE TABLE large (id int, filler text STORAGE PLAIN) WITH (fillfactor = 10);
     INSERT INTO large SELECT n, repeat('x', 800) FROM generate_series(1, 13000) n;
     CREATE TABLE small (id int); INSERT INTO small VALUES (1)`,
  );
  await database.query('VACUUM ANALYZE large');
  await database.query('CREATE INDEX ON large (id)');
  const scan = 'SELECT count(filler) FROM large';
  const often = await lookOver(
    database,
    sequentialScans,
    Array.from({ length: 10 }, () => scan),
  );
  expect(about(often, 'public.large')).toMatchObject({
    value: 10,
    level: 'warning',
    message: 'public.large (102 MB) had 10 sequential scans in 1 minute, of 130,000 rows together',
  });
  const other = await lookOver(database, sequentialScans, [
    'SELECT filler FROM large WHERE id = 7',
    ...Array.from({ length: 10 }, () => 'SELECT count(*) FROM small'),
  ]);
  expect(other).toMatchObject({ level: 'ok' });
  expect(other.observations.map(({ subject, value }) => [subject, value])).toEqual([['public.large', 0]]);
});

test('cache: a table that is read anew, one that is there, and one that the system keeps', async ({
  database,
}) => {
  await database.query(
    `CREATE EXTENSION pg_buffercache;
     CREATE TABLE read (id int, filler text STORAGE PLAIN) WITH (fillfactor = 10);
     INSERT INTO read SELECT n, repeat('x', 800) FROM generate_series(1, 1500) n`,
  );
  const scan = 'SELECT count(filler) FROM read';
  const evict = `SELECT pg_buffercache_evict_relation('read')`;
  const cold = about(await lookOver(database, tableCacheHits, [evict, scan]), 'public.read');
  expect(cold).toMatchObject({ level: 'critical', unit: 'percent', value: expect.closeTo(0, 0) });
  expect(cold.message).toMatch(
    /^public\.read found [\d.]+ % of 1,5\d\d blocks in shared_buffers, and read 1\d MB in 1 minute$/,
  );
  // Within an hour, waiting for these blocks is next to nothing, which the server knows when it measures it.
  const timed = await lookOver(database, tableCacheHits, ['SET track_io_timing = on', evict, scan], {
    seconds: 3_600,
  });
  expect(about(timed, 'public.read')).toMatchObject({
    level: 'ok',
    message: expect.stringMatching(/at [\d.]+ ms a block in this database$/),
  });
  const warm = await lookOver(database, tableCacheHits, [scan, scan]);
  expect(warm).toMatchObject({ state: 'read', level: 'ok', observations: [] });
});

test('updates: of an indexed column, of another one, and too few to tell', async ({ database }) => {
  await database.query(
    `CREATE TABLE t (id int PRIMARY KEY, searched int, other int) WITH (fillfactor = 40, autovacuum_enabled = off);
     CREATE INDEX ON t (searched); INSERT INTO t SELECT n, n, n FROM generate_series(1, 600) n`,
  );
  const indexed = await lookOver(database, updatesNotHot, ['UPDATE t SET searched = searched + 1']);
  expect(about(indexed, 'public.t')).toMatchObject({
    value: 100,
    level: 'warning',
    message: '600 of 600 updates of public.t in 1 minute wrote into its indexes (100 %)',
  });
  await database.query('VACUUM t');
  const other = await lookOver(database, updatesNotHot, ['UPDATE t SET other = other + 1']);
  expect(about(other, 'public.t').level).toBe('ok');
  const few = await lookOver(database, updatesNotHot, ['UPDATE t SET searched = 0 WHERE id < 100']);
  expect(few).toMatchObject({ level: 'ok', observations: [] });
});

test('updates: of a table whose pages are full, and of one with room', async ({ database }) => {
  for (const [name, fillfactor] of [
    ['full', 100],
    ['roomy', 40],
  ] as const)
    await database.query(
      `CREATE TABLE "${name}" (id int, other int) WITH (fillfactor = ${fillfactor}, autovacuum_enabled = off);
       INSERT INTO "${name}" SELECT n, n FROM generate_series(1, 2000) n`,
    );
  const report = await lookOver(database, updatesToNewPages, [
    'UPDATE "full" SET other = other + 1',
    'UPDATE roomy SET other = other + 1',
  ]);
  expect(about(report, 'public."full"')).toMatchObject({ level: 'warning' });
  expect(about(report, 'public."full"').message).toMatch(
    /^[\d,]+ of 2,000 updates of public\."full" in 1 minute went to another page \([\d.]+ %\), at fillfactor 100$/,
  );
  expect(about(report, 'public.roomy')).toMatchObject({ level: 'ok', value: 0 });
  await database.query('VACUUM roomy');
  const roomy = await lookOver(database, updatesToNewPages, ['UPDATE roomy SET other = other + 1']);
  expect(roomy).toMatchObject({ level: 'ok' });
});

test('rates of tables: none at the first look, nor over a reset', async ({ database }) => {
  await database.query('CREATE TABLE t (id int); INSERT INTO t VALUES (1); UPDATE t SET id = 2');
  await database.query('SELECT pg_stat_force_next_flush()');
  expect(about(await look(database.url, updatesNotHot), database.name)).toMatchObject({
    value: null,
    level: 'unknown',
  });
  const reset = await lookOver(database, updatesNotHot, ['SELECT pg_stat_reset()', 'UPDATE t SET id = 3']);
  expect(about(reset, database.name)).toMatchObject({
    level: 'unknown',
    message: 'no rate of updates: the statistics were reset in between',
  });
});

test('primary keys: tables with rows and nothing to tell them apart', async ({ database }) => {
  await database.query(
    `CREATE TABLE "No Key" (id int); INSERT INTO "No Key" VALUES (1), (1);
     CREATE TABLE parted (id int) PARTITION BY RANGE (id);
     CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10); INSERT INTO parted VALUES (1);
     CREATE TABLE maybe (id int UNIQUE); INSERT INTO maybe VALUES (NULL), (NULL);
     CREATE TABLE partly (id int NOT NULL); CREATE UNIQUE INDEX ON partly (id) WHERE id > 0; INSERT INTO partly VALUES (0);
     CREATE TABLE empty (id int);
     CREATE TABLE keyed (id int PRIMARY KEY); INSERT INTO keyed VALUES (1);
     CREATE TABLE distinguished (id int NOT NULL UNIQUE); INSERT INTO distinguished VALUES (1)`,
  );
  await database.query('ANALYZE');
  const report = await look(database.url, tablesWithoutPrimaryKey);
  const wrong = report.observations.filter(({ level }) => level === 'warning').map(({ subject }) => subject);
  expect(wrong.toSorted()).toEqual(['public."No Key"', 'public.maybe', 'public.parted', 'public.partly']);
  expect(about(report, 'public."No Key"').message).toBe(
    'public."No Key" (8 kB, about 2 rows) has neither a primary key nor a unique index on columns that are NOT NULL',
  );
  expect(about(report, 'public.empty').level).toBe('ok');
  await database.query(
    `DROP TABLE maybe, partly;
     ALTER TABLE parted ADD PRIMARY KEY (id);
     ALTER TABLE "No Key" ADD number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY`,
  );
  expect(await look(database.url, tablesWithoutPrimaryKey)).toMatchObject({ level: 'ok' });
});
