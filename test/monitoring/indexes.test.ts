import { expect, test as base } from 'vitest';
import { duplicateIndexes } from '../../src/monitoring/checks/duplicate-indexes.ts';
import { foreignKeysWithoutIndex } from '../../src/monitoring/checks/foreign-keys-without-index.ts';
import { invalidIndexes } from '../../src/monitoring/checks/invalid-indexes.ts';
import { unusedIndexes } from '../../src/monitoring/checks/unused-indexes.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { about, look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest wants to see which fixtures are used
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

const DAY = 86_400;

test('duplicates: the same keys, the beginning of them, and what only looks alike', async ({ database }) => {
  await database.query(
    `CREATE TABLE t (id int PRIMARY KEY, a int, b int, c text);
     INSERT INTO t SELECT n, n, n, n FROM generate_series(1, 60000) n;
     CREATE INDEX a_first ON t (a, b); CREATE INDEX a_again ON t (a, b); CREATE INDEX a_only ON t (a);
     CREATE UNIQUE INDEX id_unique ON t (id); CREATE UNIQUE INDEX id_nulls ON t (id) NULLS NOT DISTINCT; CREATE INDEX b_hash ON t USING hash (b); CREATE INDEX b_tree ON t (b);
     CREATE INDEX a_some ON t (a) WHERE b > 0; CREATE INDEX a_down ON t (a DESC);
     CREATE INDEX a_covers ON t (a) INCLUDE (c); CREATE UNIQUE INDEX a_unique ON t (a);
     CREATE INDEX c_expression ON t (lower(c)); CREATE INDEX c_collated ON t (c COLLATE "C"); CREATE INDEX c_plain ON t (c COLLATE "POSIX")`,
  );
  await database.query('ANALYZE');
  const report = await look(database.url, duplicateIndexes);
  const found = report.observations.map(({ subject, message }) => [
    subject.slice(7),
    message.replace(/^.* \(.*\) /, ''),
  ]);
  expect(new Map(found as [string, string][])).toEqual(
    new Map([
      ['a_again', 'has the same keys as public.a_first'],
      ['a_only', 'has the same keys as public.a_covers'],
      ['id_unique', 'has the same keys as public.t_pkey'],
    ]),
  );
  expect(about(report, 'public.a_again')).toMatchObject({
    level: 'warning',
    unit: 'bytes',
    message: expect.stringMatching(/^public\.a_again of public\.t \(1\.\d MB, 0 scans\) has the same keys/),
  });
  await database.query('DROP INDEX a_covers, a_unique');
  expect(about(await look(database.url, duplicateIndexes), 'public.a_only').message).toMatch(
    /is the beginning of public\.a_(first|again)$/,
  );
});

test('duplicates: small ones are no alert, and those of partitions are told once', async ({ database }) => {
  await database.query(
    `CREATE TABLE parted (id int) PARTITION BY RANGE (id);
     CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
     CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
     CREATE INDEX one ON parted (id); CREATE INDEX two ON parted (id)`,
  );
  const report = await look(database.url, duplicateIndexes);
  expect(report).toMatchObject({ level: 'ok' });
  expect(report.observations.map(({ subject }) => subject)).toEqual(['public.two']);
});

test('foreign keys: a large table without an index for them, and those that have one', async ({
  database,
}) => {
  await database.query(
    `CREATE TABLE parent (id int PRIMARY KEY, other int, UNIQUE (id, other)); INSERT INTO parent SELECT n, n FROM generate_series(1, 10) n;
     CREATE TABLE bare (parent_id int REFERENCES parent, filler text STORAGE PLAIN) WITH (fillfactor = 10);
     INSERT INTO bare SELECT 1, repeat('x', 800) FROM generate_series(1, 1400) n;
     CREATE TABLE small (parent_id int REFERENCES parent); INSERT INTO small VALUES (1);
     CREATE TABLE indexed (x int, parent_id int REFERENCES parent); CREATE INDEX ON indexed (parent_id, x);
     CREATE TABLE second (x int, parent_id int REFERENCES parent); CREATE INDEX ON second (x, parent_id);
     CREATE TABLE swapped (a int, b int, FOREIGN KEY (a, b) REFERENCES parent (id, other)); CREATE INDEX ON swapped (b, a);
     CREATE TABLE partial (parent_id int REFERENCES parent); CREATE INDEX ON partial (parent_id) WHERE parent_id IS NOT NULL;
     CREATE TABLE narrow (parent_id int REFERENCES parent); CREATE INDEX ON narrow (parent_id) WHERE parent_id > 5;
     CREATE TABLE parted (parent_id int REFERENCES parent) PARTITION BY RANGE (parent_id);
     CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
     DELETE FROM parent WHERE id = 10`,
  );
  await database.query('ANALYZE; SELECT pg_stat_force_next_flush()');
  const report = await look(database.url, foreignKeysWithoutIndex);
  expect(report.observations.map(({ subject, level }) => `${subject.slice(7)}: ${level}`).toSorted()).toEqual(
    [
      'bare bare_parent_id_fkey: warning',
      'narrow narrow_parent_id_fkey: ok',
      'parted parted_parent_id_fkey: ok',
      'second second_parent_id_fkey: ok',
      'small small_parent_id_fkey: ok',
    ],
  );
  expect(about(report, 'public.bare bare_parent_id_fkey').message).toBe(
    'public.bare (11 MB) references public.parent with parent_id, which no index begins with; 1 row there were deleted or updated since the statistics were reset',
  );
  await database.query('CREATE INDEX ON bare (parent_id)');
  expect(await look(database.url, foreignKeysWithoutIndex)).toMatchObject({ level: 'ok' });
});

test('invalid indexes: left by a build that failed, not one that is being built, and none', async ({
  database,
}) => {
  await database.query('CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)');
  expect(await look(database.url, invalidIndexes)).toMatchObject({ level: 'ok', observations: [] });
  await expect(database.query('CREATE UNIQUE INDEX CONCURRENTLY t_id ON t (id)')).rejects.toMatchObject({
    code: '23505',
  });
  expect(about(await look(database.url, invalidIndexes), 'public.t_id')).toMatchObject({
    level: 'warning',
    message: 'public.t_id of public.t (0 bytes) is invalid and vouches for no uniqueness',
    advice: expect.stringContaining('REINDEX INDEX CONCURRENTLY'),
  });
  await expect(database.query('REINDEX INDEX CONCURRENTLY t_id')).rejects.toMatchObject({ code: '23505' });
  expect(about(await look(database.url, invalidIndexes), 'public.t_id_ccnew').message).toContain(
    'left it behind',
  );
  await database.query('DROP INDEX t_id, t_id_ccnew');

  const [holder, builder] = [await connect(database), await connect(database)];
  try {
    await holder.query('BEGIN; DELETE FROM t');
    const build = builder.query('CREATE INDEX CONCURRENTLY t_slow ON t (id)');
    const begun = () =>
      database.query(`SELECT FROM pg_index WHERE indexrelid = to_regclass('t_slow') AND NOT indisvalid`);
    await expect.poll(begun, { timeout: 20_000 }).toHaveLength(1);
    expect(await look(database.url, invalidIndexes)).toMatchObject({ level: 'ok', observations: [] });
    await holder.query('ROLLBACK');
    await build;
  } finally {
    await holder.end();
    await builder.end();
  }
});

test('invalid indexes: of a partitioned table without all of its parts', async ({ database }) => {
  await database.query(
    `CREATE TABLE parted (id int) PARTITION BY RANGE (id);
     CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10); CREATE INDEX whole ON ONLY parted (id)`,
  );
  expect(about(await look(database.url, invalidIndexes), 'public.whole')).toMatchObject({
    level: 'warning',
    message: 'public.whole of public.parted is invalid: not every partition has its part of it',
    advice: expect.stringContaining('ATTACH PARTITION'),
  });
});

test('unused: a large index that nobody scans, and one that is scanned', async ({ database }) => {
  // One entry to a page: little to write for its size.
  await database.query(
    `CREATE TABLE t (id int PRIMARY KEY, a text STORAGE PLAIN, b text STORAGE PLAIN) WITH (autovacuum_enabled = off);
     INSERT INTO t SELECT n, repeat(md5(n::text), 60), repeat(md5((-n)::text), 60) FROM generate_series(1, 3000) n;
     CREATE INDEX idle ON t (a) WITH (fillfactor = 10); CREATE INDEX used ON t (b) WITH (fillfactor = 10)`,
  );
  await database.query(
    `ANALYZE; SET enable_seqscan = off; SELECT FROM t WHERE b = 'x'; SELECT pg_stat_force_next_flush()`,
  );
  const report = await look(database.url, unusedIndexes, { threshold: { warning: 0 } });
  expect(report.observations.map(({ subject }) => subject)).toEqual(['public.idle']);
  expect(about(report, 'public.idle')).toMatchObject({
    level: 'warning',
    unit: 'days',
    message: expect.stringMatching(
      /^public\.idle of public\.t \(\d+ MB\) has not been scanned in .+ on this server$/,
    ),
  });
  // The statistics are too young to say so.
  expect(await look(database.url, unusedIndexes)).toMatchObject({ level: 'ok' });
});

test('unused: an index is no older than its absence from an earlier look', async ({ database }) => {
  await database.query(
    `CREATE TABLE t (a text STORAGE PLAIN) WITH (autovacuum_enabled = off);
     INSERT INTO t SELECT repeat(md5(n::text), 60) FROM generate_series(1, 3000) n; CREATE INDEX idle ON t (a) WITH (fillfactor = 10)`,
  );
  await database.query('ANALYZE');
  const long = (rows: readonly object[]) => rows.map((row) => ({ ...row, seconds: 400 * DAY }));
  const seen = await look(database.url, unusedIndexes, {
    history: (rows, at) => [{ at: at - 40 * DAY, rows: long(rows) }],
  });
  expect(about(seen, 'public.idle').value).toBeLessThan(1);
  const check = unusedIndexes;
  const [row] = check.parse([{ index: 'i', table: 't', bytes: 2e7, seconds: 400 * DAY, scanned: false }]);
  const server = { at: 1_000 * DAY } as never;
  const earlier = { missing: 'not asked for' };
  const rows = row === undefined ? [] : [row];
  const days = (history: readonly { at: number; rows: typeof rows }[]) =>
    check.observe({ rows, history, server, earlier }).map(({ value }) => value);
  expect(days([{ at: 1_000 * DAY, rows }])).toEqual([400]);
  expect(
    days([
      { at: 960 * DAY, rows },
      { at: 1_000 * DAY, rows },
    ]),
  ).toEqual([400]);
  expect(
    days([
      { at: 990 * DAY, rows: [] },
      { at: 995 * DAY, rows },
      { at: 1_000 * DAY, rows },
    ]),
  ).toEqual([10]);
});
