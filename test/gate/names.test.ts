import { describe, expect, test as base } from 'vitest';
import { unsafeCalls } from '../../src/gate/reached.ts';
import { judge, type Verdict } from '../../src/gate/verdict.ts';
import { readNameFacts } from '../../src/pg/catalog/deciding-names.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createRole } from '../support/roles.ts';

/** Tables and functions of a shop, among them what looks harmless and is not. */
const SHOP = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.orders (id int PRIMARY KEY, total numeric, note text);
  CREATE TABLE shop.plain (id int PRIMARY KEY, a int);
  CREATE TABLE shop.log (at timestamptz);
  CREATE FUNCTION shop.purge() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM shop.log; RETURN 1; END $$;
  CREATE FUNCTION shop.steady() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM shop.purge(); RETURN 1; END $$;
  CREATE FUNCTION shop.purge(o shop.orders) RETURNS int LANGUAGE sql AS 'SELECT shop.purge()';
  CREATE FUNCTION shop.purge_text(text) RETURNS boolean LANGUAGE sql AS 'SELECT shop.purge() > 0';
  CREATE FUNCTION shop.purge_both(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT shop.purge() > 0';
  CREATE FUNCTION shop.even(n int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT n % 2 = 0';
  CREATE FUNCTION shop.quarter(n int) RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE m int := n / 2; BEGIN RETURN shop.even(n) AND shop.even(m); END $$;
  CREATE FUNCTION shop.eighth(n int) RETURNS boolean LANGUAGE sql AS 'SELECT shop.quarter(n / 2)';
  CREATE FUNCTION shop.sixteenth(n int) RETURNS boolean LANGUAGE sql AS 'SELECT shop.eighth(n / 2)';
  CREATE FUNCTION shop.sneaky(n int DEFAULT shop.purge()) RETURNS int LANGUAGE sql AS 'SELECT n';
  CREATE FUNCTION shop.elsewhere() RETURNS int LANGUAGE sql SET search_path = shop AS 'SELECT 1';
  CREATE FUNCTION shop.owners() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
  CREATE FUNCTION shop.spoken(t text) RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN EXECUTE t INTO n; RETURN n; END $$;
  CREATE FUNCTION shop.asleep() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(0)';
  CREATE FUNCTION public.nextval(text[]) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
  CREATE OPERATOR shop.### (LEFTARG = int, RIGHTARG = int, FUNCTION = shop.purge_both)`;

const test = base.extend<{ shop: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  shop: async ({}, use) => {
    await loadParser();
    const database = await createTestDatabase();
    await database.query(SHOP);
    await lend(database, use);
  },
});

async function factsFor(url: string, sql: string) {
  const trees = parseStatements(sql).map(({ tree }) => tree);
  return withSession(parseTarget(url, {}), 'test', null, (session) => readNameFacts(session, trees));
}

async function judged(database: TestDatabase, sql: string): Promise<[without: Verdict, withNames: Verdict]> {
  const facts = await factsFor(database.url, sql);
  return [judge(sql, 'test').verdict, judge(sql, 'test', facts).verdict];
}

describe('G8: the catalog decides what a name means', () => {
  const TRAPS: readonly [what: string, setup: string, sql: string][] = [
    ['attribute notation', '', 'SELECT o.purge FROM shop.orders o'],
    ['attribute notation of a value', '', "SELECT ('x'::text).purge_text"],
    ['attribute notation of a function’s value', '', "SELECT x.purge_text FROM lower('x') x"],
    ['attribute notation in parentheses', '', 'SELECT (o).purge FROM shop.orders o'],
    ['a view', 'CREATE VIEW shop.v AS SELECT shop.purge()', 'SELECT * FROM shop.v'],
    [
      'a view of a view',
      'CREATE VIEW shop.v AS SELECT shop.purge(); CREATE VIEW shop.w AS SELECT 1 FROM shop.v',
      'SELECT * FROM shop.w JOIN shop.orders ON true',
    ],
    ['a view with an operator', 'CREATE VIEW shop.v AS SELECT 1 OPERATOR(shop.###) 2', 'TABLE shop.v'],
    [
      'a name that a function of the search path shares with one of the server',
      `CREATE FUNCTION public.lower(shop.orders) RETURNS int LANGUAGE sql AS 'SELECT shop.purge()'`,
      'SELECT lower(o) FROM shop.orders o',
    ],
    [
      'an operator of the search path',
      'CREATE OPERATOR public.% (LEFTARG = shop.orders, RIGHTARG = int, FUNCTION = shop.of_row)',
      'SELECT o % 1 FROM shop.orders o',
    ],
    [
      'a cast',
      'CREATE CAST (shop.orders AS int) WITH FUNCTION shop.purge(shop.orders) AS IMPLICIT',
      'SELECT abs(o) FROM shop.orders o',
    ],
    [
      'a trigger',
      `CREATE FUNCTION shop.audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM shop.log; RETURN NEW; END $$;
       CREATE TRIGGER audit BEFORE INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.audit()`,
      'INSERT INTO shop.orders VALUES (1)',
    ],
    [
      'a trigger of a partition',
      `CREATE TABLE shop.p (a int) PARTITION BY LIST (a); CREATE TABLE shop.p1 PARTITION OF shop.p DEFAULT;
       CREATE FUNCTION shop.audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM shop.log; RETURN NEW; END $$;
       CREATE TRIGGER audit BEFORE INSERT ON shop.p1 FOR EACH ROW EXECUTE FUNCTION shop.audit()`,
      'INSERT INTO shop.p VALUES (1)',
    ],
    [
      'a rule',
      'CREATE RULE r AS ON INSERT TO shop.orders DO ALSO SELECT shop.purge()',
      'INSERT INTO shop.orders VALUES (1)',
    ],
    [
      'a default',
      'ALTER TABLE shop.orders ALTER total SET DEFAULT shop.purge()',
      'INSERT INTO shop.orders VALUES (1)',
    ],
    [
      'a check',
      'ALTER TABLE shop.orders ADD CONSTRAINT c CHECK (shop.purge_text(note)) NOT VALID',
      'ALTER TABLE shop.orders VALIDATE CONSTRAINT c',
    ],
    ['an index expression', 'CREATE INDEX ON shop.plain ((a + shop.steady()))', 'ANALYZE shop.plain'],
    [
      'an index predicate',
      'CREATE INDEX by_a ON shop.plain (a) WHERE shop.steady() > 0',
      'REINDEX INDEX CONCURRENTLY shop.by_a',
    ],
    [
      'a policy',
      `ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
       CREATE POLICY p ON shop.orders USING (shop.purge_text(note))`,
      'SELECT id FROM shop.orders',
    ],
    [
      'a function of another schema in a view',
      `CREATE FUNCTION public.other(int) RETURNS int LANGUAGE sql AS 'SELECT shop.purge()';
       CREATE VIEW shop.v AS SELECT public.other(id) FROM shop.plain`,
      'SELECT count(*) FROM shop.v',
    ],
  ];

  test.for(TRAPS)('%s', async ([, setup, sql], { shop }) => {
    await shop.query(
      `CREATE FUNCTION shop.of_row(shop.orders, int) RETURNS int LANGUAGE sql AS 'SELECT shop.purge()'`,
    );
    if (setup !== '') await shop.query(setup);
    // For the session that asks.
    await shop.query(`ALTER DATABASE ${shop.name} SET search_path = shop, public`);
    expect(await judged(shop, sql)).toEqual(['allow', 'gate']);
  });

  test.for([
    'SELECT id, lower(note), total % 2 FROM shop.orders o WHERE o.id BETWEEN 1 AND 2 ORDER BY o.total::int',
    'INSERT INTO shop.plain SELECT id, 1 FROM shop.orders',
    'UPDATE shop.plain SET a = 2 WHERE id = 1',
    'ANALYZE',
    'CREATE INDEX ON shop.orders (total)',
    'ALTER TABLE shop.plain ADD COLUMN b int DEFAULT 1',
    'SELECT * FROM pg_stat_user_tables JOIN information_schema.columns ON table_name = relname',
  ])('leaves alone what leads nowhere: %s', async (sql, { shop }) => {
    expect(await judged(shop, sql)).toEqual(['allow', 'allow']);
  });

  test('a trigger concerns only who writes', async ({ shop }) => {
    await shop.query(`
      CREATE FUNCTION shop.audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM shop.log; RETURN NEW; END $$;
      CREATE TRIGGER audit BEFORE INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.audit()`);
    for (const sql of [
      'SELECT * FROM shop.orders',
      'INSERT INTO shop.plain SELECT id FROM shop.orders',
      'ANALYZE shop.orders',
    ])
      expect(await judged(shop, sql)).toEqual(['allow', 'allow']);
  });

  test('what an extension brought counts as the server’s own', async ({ shop }) => {
    await shop.query('CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE TABLE t (a citext)');
    expect(await judged(shop, "SELECT * FROM t WHERE a = 'x' AND a::text % 'y'")).toEqual(['allow', 'allow']);
  });

  test('gives the reason in words', async ({ shop }) => {
    await shop.query('CREATE VIEW shop.v AS SELECT shop.purge()');
    const sql = 'SELECT * FROM shop.v';
    expect(judge(sql, 'test', await factsFor(shop.url, sql)).statements[0]).toMatchObject({
      class: 'opaque',
      reasons: ['the view shop.v runs the function shop.purge, which is not known to be harmless'],
    });
  });
});

describe('G8: a function whose code was seen to read', () => {
  test.for([
    'SELECT shop.even(1)',
    'SELECT * FROM shop.plain WHERE shop.quarter(a)',
    'SELECT shop.eighth(8)',
    'CREATE INDEX ON shop.plain (shop.even(a))',
    'EXPLAIN SELECT shop.even(1)',
  ])('is known: %s', async (sql, { shop }) => {
    expect(await judged(shop, sql)).toEqual(['gate', 'allow']);
  });

  test.for([
    ['it writes', 'SELECT shop.purge()'],
    ['it says that it is immutable, and writes', 'EXPLAIN SELECT shop.steady()'],
    ['its default writes', 'SELECT shop.sneaky()'],
    ['what it calls is too deep', 'SELECT shop.sixteenth(8)'],
    ['it has a search path of its own', 'SELECT shop.elsewhere()'],
    ['it runs as its owner', 'SELECT shop.owners()'],
    ['it runs a text', "SELECT shop.spoken('SELECT 1')"],
    ['it waits', 'SELECT shop.asleep()'],
    ['the server has one of that name', "SELECT nextval('s')"],
    ['nobody has it', 'SELECT shop.unknown()'],
  ] as const)('is not known where %s', async ([, sql], { shop }) => {
    expect(await judged(shop, sql)).toEqual(['gate', 'gate']);
  });

  test('never clears what is refused', async ({ shop }) => {
    await shop.query(`CREATE FUNCTION public.pg_read_file(int) RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    expect(await judged(shop, "SELECT pg_read_file('x')")).toEqual(['refuse', 'refuse']);
  });
});

describe('what a probe may reach', () => {
  const unsafe = async (url: string, sql: string) =>
    unsafeCalls(parseStatements(sql)[0]?.tree, await factsFor(url, sql));

  test('as a superuser: functions that only read', async ({ shop }) => {
    expect(await unsafe(shop.url, 'SELECT shop.even(1)')).toEqual([]);
    expect(await unsafe(shop.url, 'SELECT shop.purge()')).toEqual(['shop.purge']);
    expect(await unsafe(shop.url, "SELECT shop.spoken('x'), pg_sleep(1)")).toEqual([
      'pg_sleep',
      'shop.spoken',
    ]);
  });

  test('as a role without powers: whatever the transaction holds back', async ({ shop }) => {
    const { url } = await createRole(shop, { grants: ['USAGE ON SCHEMA shop'] });
    expect((await factsFor(url, 'SELECT 1')).rolePowers).toEqual([]);
    expect(await unsafe(url, 'SELECT shop.purge()')).toEqual([]);
    expect(await unsafe(url, 'SELECT shop.owners()')).toEqual(['shop.owners']);
    expect(await unsafe(url, 'SELECT shop.asleep()')).toEqual(['shop.asleep']);
  });

  test('as a role with a power beyond the database', async ({ shop }) => {
    const { url } = await createRole(shop, { grants: ['USAGE ON SCHEMA shop', 'pg_read_server_files'] });
    expect((await factsFor(url, 'SELECT 1')).rolePowers).toEqual(['pg_read_server_files']);
    expect(await unsafe(url, 'SELECT shop.purge()')).toEqual(['shop.purge']);
  });
});
