import { expect, test as base } from 'vitest';
import { relationOf } from '../../src/lint/facts.ts';
import { readLintFacts, type NamedInFile } from '../../src/pg/catalog/lint-facts.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createRole } from '../support/roles.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

const read = (url: string, relations: NamedInFile['relations'], types: NamedInFile['types'] = []) =>
  withSession(parseTarget(url, {}), 'test', null, (session) => readLintFacts(session, { relations, types }));

const unqualified = (...names: readonly string[]) => names.map((name) => ({ schema: null, name }));

test('an index that a failed build has left is not valid', async ({ database }) => {
  await database.query('CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1); CREATE INDEX whole ON t (a)');
  await expect(database.query('CREATE UNIQUE INDEX CONCURRENTLY left_over ON t (a)')).rejects.toThrow(
    'could not create unique index',
  );
  const facts = await read(database.url, unqualified('left_over', 'whole', 't'));
  expect(relationOf(facts, { relname: 'left_over' })).toMatchObject({ kind: 'index', isValid: false });
  expect(relationOf(facts, { relname: 'whole' })).toMatchObject({ kind: 'index', isValid: true });
  expect(relationOf(facts, { relname: 't' })?.indexes).toEqual([
    { name: 'left_over', keys: ['a'], isValid: false, isPartial: false },
    { name: 'whole', keys: ['a'], isValid: true, isPartial: false },
  ]);
});

test('empty is what has no block, partitions included', async ({ database }) => {
  await database.query(`
    CREATE TABLE fresh (a int); CREATE TABLE filled (a int); INSERT INTO filled VALUES (1);
    CREATE TABLE parent (a int) PARTITION BY LIST (a); CREATE TABLE child PARTITION OF parent FOR VALUES IN (1);
    CREATE TABLE other (a int) PARTITION BY LIST (a); CREATE TABLE rest PARTITION OF other DEFAULT; INSERT INTO other VALUES (1)`);
  const names = ['fresh', 'filled', 'parent', 'other'];
  const facts = await read(database.url, unqualified(...names));
  expect(names.map((relname) => relationOf(facts, { relname })?.isEmpty)).toEqual([true, false, true, false]);
  expect(names.map((relname) => relationOf(facts, { relname })?.hasDefaultPartition)).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test('names are taken as they are: quoted, qualified, on the search path, unknown', async ({ database }) => {
  await database.query(`
    CREATE SCHEMA "Odd ""schema"; CREATE TABLE "Odd ""schema"."a.b" (x int); CREATE TABLE "a.b" (x int, y int);
    CREATE DOMAIN "Odd ""schema".d AS int CHECK (VALUE > 0)`);
  const odd = { schema: 'Odd "schema', name: 'a.b' };
  const facts = await read(
    database.url,
    [odd, { schema: null, name: 'a.b' }, { schema: null, name: 'nope' }, { schema: 'nope', name: 'a.b' }],
    ['Odd "schema.d', 'd', 'int4'],
  );
  expect(facts.relations.map(({ reference, columns }) => [reference, columns.length])).toEqual(
    expect.arrayContaining([
      [odd, 1],
      [{ schema: null, name: 'a.b' }, 2],
    ]),
  );
  expect(facts.relations).toHaveLength(2);
  expect(facts.types).toEqual(
    expect.arrayContaining([
      { name: 'Odd "schema.d', isConstrainedDomain: true },
      { name: 'int4', isConstrainedDomain: false },
    ]),
  );
  expect(facts.types).toHaveLength(2);
});

test('a role without any right reads them too', async ({ database }) => {
  await database.query(
    'CREATE SCHEMA closed; CREATE TABLE closed.t (a int NOT NULL, CHECK (a IS NOT NULL), CHECK (a > 0))',
  );
  const { url } = await createRole(database);
  const facts = await read(url, [{ schema: 'closed', name: 't' }]);
  expect(relationOf(facts, { schemaname: 'closed', relname: 't' })).toMatchObject({
    kind: 'table',
    columns: [{ name: 'a', type: 'integer', notNull: true, provenNotNull: true, generated: null }],
    isEmpty: true,
  });
});
