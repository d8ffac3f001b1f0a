import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDependents } from '../../src/pg/catalog/dependents.ts';
import { readTouchedState } from '../../src/pg/catalog/touched-state.ts';
import type { Dependents } from '../../src/gate/object-facts.ts';
import type { Session } from '../../src/pg/session.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createRole, type TestRole } from '../support/roles.ts';
import { onSession, touched } from './support.ts';

const SHOP = `
  CREATE SCHEMA shop;
  CREATE SCHEMA report;
  CREATE EXTENSION citext SCHEMA shop;
  CREATE TYPE shop.mood AS ENUM ('low', 'high');
  CREATE TYPE shop.point AS (x int, y int);
  CREATE DOMAIN shop.cents AS bigint CHECK (value >= 0);
  CREATE SEQUENCE shop.numbers;
  CREATE FUNCTION shop.twice(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a * 2';
  CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';

  CREATE TABLE shop.customers (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email shop.citext UNIQUE,
    mood shop.mood DEFAULT 'low',
    place shop.point,
    notes text);
  CREATE TABLE shop.orders (
    id serial PRIMARY KEY,
    customer_id int NOT NULL REFERENCES shop.customers,
    number int DEFAULT nextval('shop.numbers'),
    total shop.cents,
    doubled int DEFAULT shop.twice(2),
    quadrupled int GENERATED ALWAYS AS (number * 4) STORED,
    CONSTRAINT sane CHECK (shop.twice(number) > total));
  CREATE INDEX orders_twice_idx ON shop.orders (shop.twice(number));
  CREATE INDEX orders_pair_idx ON shop.orders (customer_id, total);
  CREATE STATISTICS shop.pair ON customer_id, total FROM shop.orders;
  CREATE TRIGGER noted BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.note();
  CREATE POLICY mine ON shop.orders USING (shop.twice(customer_id) > 0);
  CREATE RULE quiet AS ON DELETE TO shop.customers DO ALSO UPDATE shop.orders SET number = 0;
  CREATE TABLE shop.lines (order_id int REFERENCES shop.orders, what text);
  CREATE PUBLICATION news FOR TABLE shop.orders;

  CREATE VIEW report.recent AS SELECT o.id, o.total, c.email FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id;
  CREATE VIEW report.newest AS SELECT * FROM report.recent WHERE id > 100;
  CREATE MATERIALIZED VIEW report.sums AS SELECT total, count(*) FROM report.newest GROUP BY 1;
  CREATE INDEX sums_idx ON report.sums (total);
  CREATE FUNCTION report.all_recent() RETURNS SETOF report.recent LANGUAGE sql BEGIN ATOMIC SELECT * FROM report.recent; END;
  CREATE VIEW report.doubled AS SELECT shop.twice(id) FROM shop.customers;
  CREATE VIEW report.grouped AS SELECT id, notes FROM shop.customers GROUP BY id;

  CREATE TABLE shop.base (id int, extra text, CONSTRAINT positive CHECK (id > 0));
  CREATE TABLE shop.child (more int) INHERITS (shop.base);
  CREATE TABLE shop.grandchild (extra text) INHERITS (shop.child);
  CREATE VIEW report.children AS SELECT extra FROM shop.child;

  CREATE TABLE shop.events (id int, at date NOT NULL, customer_id int REFERENCES shop.customers, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE shop.events_2026 PARTITION OF shop.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE shop.events_2027 PARTITION OF shop.events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01') PARTITION BY LIST (id);
  CREATE TABLE shop.events_2027_1 PARTITION OF shop.events_2027 FOR VALUES IN (1);
  CREATE INDEX events_at_idx ON shop.events (at);
  CREATE TRIGGER noted AFTER INSERT ON shop.events FOR EACH ROW EXECUTE FUNCTION shop.note();
  CREATE TABLE shop.visits (event_id int, at date, FOREIGN KEY (event_id, at) REFERENCES shop.events);
  CREATE TABLE shop.checks (event_id int, at date, FOREIGN KEY (event_id, at) REFERENCES shop.events) PARTITION BY LIST (event_id);
  CREATE TABLE shop.checks_1 PARTITION OF shop.checks FOR VALUES IN (1);
  CREATE VIEW report.events AS SELECT * FROM shop.events_2026;
  CREATE TABLE shop.moods (at shop.mood) PARTITION BY LIST (at);
  CREATE TABLE shop.moods_low PARTITION OF shop.moods FOR VALUES IN ('low');

  CREATE TABLE shop.carts (id int PRIMARY KEY, customer_id int REFERENCES shop.customers ON DELETE SET NULL);
  CREATE TABLE shop.cart_lines (id int PRIMARY KEY, cart_id int REFERENCES shop.carts ON DELETE CASCADE);
  CREATE TABLE shop.cart_notes (line_id int REFERENCES shop.cart_lines ON DELETE CASCADE, at int) PARTITION BY LIST (at);
  CREATE TABLE shop.cart_notes_1 PARTITION OF shop.cart_notes FOR VALUES IN (1);

  CREATE EXTENSION pg_trgm SCHEMA shop;
  CREATE TABLE shop.lent (id int);
  CREATE VIEW shop.lent_view AS SELECT id FROM shop.lent;
  ALTER EXTENSION pg_trgm ADD VIEW shop.lent_view;

  CREATE TABLE public.dropped (type text, identity text);
  CREATE FUNCTION public.record() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN
    INSERT INTO public.dropped SELECT object_type, object_identity FROM pg_catalog.pg_event_trigger_dropped_objects();
  END$$;
  CREATE EVENT TRIGGER recording ON sql_drop EXECUTE FUNCTION public.record();
  INSERT INTO shop.customers (email) SELECT n || '@example.com' FROM generate_series(1, 200) n;
  ANALYZE;`;

let database: TestDatabase;
let role: TestRole;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(SHOP);
  role = await createRole(database, { grants: ['USAGE, CREATE ON SCHEMA shop'] });
  await database.query(`
    CREATE TABLE shop.owned (id int PRIMARY KEY, at int);
    ALTER TABLE shop.owned OWNER TO ${role.name};
    CREATE FUNCTION shop.owned_too() RETURNS int LANGUAGE sql AS 'SELECT 1';
    ALTER FUNCTION shop.owned_too() OWNER TO ${role.name};
    CREATE VIEW report.of_owned AS SELECT id, shop.owned_too() AS one FROM shop.owned;`);
});

afterAll(async () => {
  await database.expectNoLeaks();
  await database.drop();
});

async function read(session: Session, sql: string): Promise<Dependents> {
  const { objects, cascade } = await touched(sql);
  return readDependents(session, objects, { cascade });
}

/** What the server itself drops for a statement: done, looked at, and rolled back. */
async function truth(session: Session, sql: string): Promise<string[]> {
  await session.control('BEGIN');
  try {
    await session.query("SET LOCAL search_path = ''");
    await session.query(sql);
    // The server lists a column beside its table where it came upon the column first.
    const rows = await session.query<{ what: string }>(
      `SELECT DISTINCT type || ' ' || identity AS what FROM public.dropped d
        WHERE NOT EXISTS (SELECT FROM public.dropped w WHERE d.type LIKE '% column' AND w.type || ' column' = d.type
                             AND starts_with(d.identity, w.identity || '.'))`,
    );
    return rows.map(({ what }) => what).toSorted();
  } finally {
    await session.control('ROLLBACK');
  }
}

const shown = (list: Dependents['along']) =>
  list.map(({ type, identity }) => `${type} ${identity}`).toSorted();

describe('names what DROP … CASCADE takes along, as the server does', () => {
  test.for<string>([
    'DROP TABLE shop.customers CASCADE',
    'DROP TABLE shop.orders CASCADE',
    'DROP TABLE shop.orders, shop.lines CASCADE',
    'DROP TABLE shop.lines',
    'DROP TABLE shop.lent CASCADE',
    'DROP VIEW report.recent CASCADE',
    'DROP MATERIALIZED VIEW report.sums',
    'DROP FUNCTION shop.twice(int) CASCADE',
    'DROP FUNCTION shop.note() CASCADE',
    'DROP TYPE shop.mood CASCADE',
    'DROP TYPE shop.point CASCADE',
    'DROP DOMAIN shop.cents CASCADE',
    'DROP SCHEMA shop CASCADE',
    'DROP SCHEMA report CASCADE',
    'DROP EXTENSION citext CASCADE',
    'DROP SEQUENCE shop.numbers CASCADE',
    'DROP SEQUENCE shop.orders_id_seq CASCADE',
    'DROP TABLE shop.base CASCADE',
    'DROP TABLE shop.child CASCADE',
    'DROP TABLE shop.events CASCADE',
    'DROP TABLE shop.events_2026 CASCADE',
    'DROP TABLE shop.events_2027 CASCADE',
    'DROP INDEX shop.events_at_idx',
    'DROP INDEX shop.orders_twice_idx',
    'DROP TRIGGER noted ON shop.events',
    'DROP PUBLICATION news',
    'DROP POLICY mine ON shop.orders',
    'DROP RULE quiet ON shop.customers',
    'DROP STATISTICS shop.pair',
    'ALTER TABLE shop.orders DROP COLUMN number CASCADE',
    'ALTER TABLE shop.orders DROP COLUMN total CASCADE',
    'ALTER TABLE shop.orders DROP COLUMN id CASCADE',
    'ALTER TABLE shop.customers DROP COLUMN email CASCADE',
    'ALTER TABLE shop.base DROP COLUMN extra CASCADE',
    'ALTER TABLE shop.base DROP CONSTRAINT positive',
    'ALTER TABLE shop.events DROP COLUMN customer_id CASCADE',
    'ALTER TABLE shop.customers DROP CONSTRAINT customers_pkey CASCADE',
    'ALTER TABLE shop.events DROP CONSTRAINT events_pkey CASCADE',
    'ALTER TABLE shop.visits DROP CONSTRAINT visits_event_id_at_fkey',
    'ALTER TYPE shop.point DROP ATTRIBUTE x CASCADE',
    'DROP OWNED BY the_role CASCADE',
  ])('%s', async (statement) => {
    const sql = statement.replace('the_role', role.name);
    await onSession(database, async (session) => {
      const { along, cascaded, blocking } = await read(session, sql);
      const { objects } = await touched(sql);
      const { objects: states } = await readTouchedState(session, objects);
      const named = states.flatMap(({ object, kind, identity }) =>
        object.action === 'drop' ? [`${kind} ${identity}`] : [],
      );
      expect(shown([...along, ...cascaded]).filter((line) => !named.includes(line))).toEqual(
        (await truth(session, sql)).filter((line) => !named.includes(line)),
      );
      expect(blocking).toEqual([]);
    });
  });
});

describe('names what makes DROP without CASCADE fail, as the server does', () => {
  test.for<string>([
    'DROP TABLE shop.customers',
    'DROP TABLE shop.orders',
    'DROP TABLE shop.lines',
    'DROP TABLE shop.lent',
    'DROP VIEW shop.lent_view CASCADE',
    'DROP VIEW report.recent',
    'DROP VIEW report.children',
    'DROP FUNCTION shop.twice(int)',
    'DROP TYPE shop.mood',
    'DROP DOMAIN shop.cents',
    'DROP EXTENSION citext',
    'DROP SCHEMA report',
    'DROP SEQUENCE shop.numbers',
    'DROP SEQUENCE shop.customers_id_seq',
    'DROP TABLE shop.base',
    'DROP TABLE shop.events',
    'DROP TABLE shop.events_2027',
    'DROP INDEX shop.customers_pkey CASCADE',
    'DROP INDEX shop.events_2026_at_idx CASCADE',
    'DROP FUNCTION shop.citext_eq(shop.citext, shop.citext) CASCADE',
    'ALTER TABLE shop.orders DROP COLUMN total',
    'ALTER TABLE shop.orders DROP COLUMN doubled',
    'ALTER TABLE shop.customers DROP CONSTRAINT customers_pkey',
    'ALTER TABLE shop.events DROP COLUMN at',
    'DROP TRIGGER noted ON shop.events_2026',
    'DROP OWNED BY the_role',
    'DROP ROLE the_role',
  ])('%s', async (statement) => {
    const sql = statement.replace('the_role', role.name);
    await onSession(database, async (session) => {
      const { blocking, cascaded } = await read(session, sql);
      const outcome = await truth(session, sql).then(
        () => null,
        (error: { detail?: string; message: string }) => error,
      );
      expect(blocking.length > 0).toBe(outcome !== null);
      expect(cascaded.length === 0 || sql.includes('CASCADE')).toBe(true);
      // The detail has a line for each object that needs CASCADE.
      const lines = outcome?.detail?.split('\n').filter((line) => / depends on /.test(line)) ?? [];
      expect(lines.length === 0 || lines.length === blocking.length).toBe(true);
    });
  });
});

describe('TRUNCATE', () => {
  test.for<[sql: string, along: string[], others: string[]]>([
    ['TRUNCATE shop.lines', [], []],
    ['TRUNCATE shop.orders CASCADE', [], ['shop.lines']],
    ['TRUNCATE shop.orders', [], ['shop.lines']],
    ['TRUNCATE shop.base', ['shop.child', 'shop.grandchild'], []],
    [
      'TRUNCATE shop.customers CASCADE',
      [],
      [
        'shop.cart_lines',
        'shop.cart_notes',
        'shop.cart_notes_1',
        'shop.carts',
        'shop.checks',
        'shop.checks_1',
        'shop.events',
        'shop.events_2026',
        'shop.events_2027',
        'shop.events_2027_1',
        'shop.lines',
        'shop.orders',
        'shop.visits',
      ],
    ],
    ['TRUNCATE shop.events_2026 CASCADE', [], ['shop.checks', 'shop.checks_1', 'shop.visits']],
    [
      'TRUNCATE shop.events CASCADE',
      ['shop.events_2026', 'shop.events_2027', 'shop.events_2027_1'],
      ['shop.checks', 'shop.checks_1', 'shop.visits'],
    ],
  ])('%s', async ([sql, expectedAlong, expectedOthers]) => {
    await onSession(database, async (session) => {
      const { along, cascaded, blocking } = await read(session, sql);
      expect(along.map(({ identity }) => identity)).toEqual(expectedAlong);
      const others = sql.includes('CASCADE') ? cascaded : blocking;
      expect(others.map(({ identity }) => identity)).toEqual(expectedOthers);
      expect(sql.includes('CASCADE') ? blocking : cascaded).toEqual([]);

      // The server says which files it replaced.
      const files = () =>
        session.query<{ name: string; file: string }>(
          `SELECT c.oid::regclass::text AS name, pg_relation_filenode(c.oid)::text AS file
             FROM pg_class c WHERE c.relnamespace = 'shop'::regnamespace AND c.relkind = 'r' ORDER BY c.oid`,
        );
      await session.control('BEGIN');
      const before = await files();
      const failure = await session.query(sql).then(
        () => null,
        (error: Error) => error,
      );
      const after = failure === null ? await files() : before;
      expect(failure !== null).toBe(blocking.length > 0);
      const emptied = after.filter(({ file }, n) => file !== before[n]?.file).map(({ name }) => name);
      const named = (await touched(sql)).objects.map(({ schema, name }) => `${schema}.${name}`);
      // A partitioned table has no file.
      const expected = [...along, ...cascaded]
        .map(({ identity }) => identity)
        .concat(named)
        .filter(
          (name) => !['shop.events', 'shop.events_2027', 'shop.checks', 'shop.cart_notes'].includes(name),
        );
      expect(emptied.toSorted()).toEqual(failure === null ? expected.toSorted() : []);
      await session.control('ROLLBACK');
    });
  });
});

test('names the tables whose rows a DELETE takes along', async () => {
  await onSession(database, async (session) => {
    const alsoDeleted = async (sql: string) =>
      (await read(session, sql)).deletedRows.map(({ identity }) => identity);
    expect(await alsoDeleted('DELETE FROM shop.carts WHERE id = 1')).toEqual([
      'shop.cart_lines',
      'shop.cart_notes',
    ]);
    expect(await alsoDeleted('DELETE FROM shop.cart_lines')).toEqual(['shop.cart_notes']);
    expect(await alsoDeleted('DELETE FROM shop.customers')).toEqual([]);
    expect(await alsoDeleted('UPDATE shop.carts SET id = 1')).toEqual([]);

    await session.control('BEGIN');
    await session.query('INSERT INTO shop.carts VALUES (1)');
    await session.query('INSERT INTO shop.cart_lines VALUES (2, 1)');
    await session.query('INSERT INTO shop.cart_notes VALUES (2, 1)');
    await session.query('DELETE FROM shop.carts');
    const left =
      'SELECT (SELECT count(*) FROM shop.cart_lines) + (SELECT count(*) FROM shop.cart_notes) AS n';
    expect(await session.query(left)).toEqual([{ n: '0' }]);
    await session.control('ROLLBACK');
  });
});

test('tells what a reader must know from what is part of something', async () => {
  await onSession(database, async (session) => {
    const { along, cascaded } = await read(session, 'DROP TABLE shop.customers CASCADE');
    const visible = along
      .filter(({ internal }) => !internal)
      .map(({ type, identity }) => `${type} ${identity}`);
    expect(visible).toEqual([
      'default value for shop.customers.mood',
      'index report.sums_idx',
      'rule quiet on shop.customers',
      'sequence shop.customers_id_seq',
      'table constraint customers_email_key on shop.customers',
      'table constraint customers_id_not_null on shop.customers',
      'table constraint customers_pkey on shop.customers',
    ]);
    expect(cascaded.filter(({ foreignKey }) => foreignKey).map(({ identity }) => identity)).toEqual([
      'carts_customer_id_fkey on shop.carts',
      'events_customer_id_fkey on shop.events',
      'orders_customer_id_fkey on shop.orders',
    ]);
    expect(cascaded.filter(({ type }) => type === 'materialized view')).toMatchObject([
      { schema: 'report', name: 'sums', identity: 'report.sums', rows: 0, sizeBytes: expect.any(Number) },
    ]);
  });
});

test('the digest changes when something new depends on it, and with nothing else', async () => {
  await onSession(database, async (session) => {
    const sql = 'DROP TABLE shop.orders CASCADE';
    const before = await read(session, sql);
    await session.control('BEGIN');
    await session.query('SET LOCAL search_path = shop, report');
    await session.query('SET LOCAL quote_all_identifiers = on');
    await session.query('INSERT INTO shop.lines VALUES (NULL, NULL)');
    expect((await read(session, sql)).sha256).toBe(before.sha256);
    await session.query('CREATE VIEW report.another AS SELECT id FROM shop.orders');
    expect((await read(session, sql)).sha256).not.toBe(before.sha256);
    await session.control('ROLLBACK');
  });
});

test('a role that owns things in another database says so', async () => {
  const other = await createTestDatabase();
  try {
    await other.query(`CREATE TABLE far (); ALTER TABLE far OWNER TO ${role.name}`);
    await onSession(database, async (session) => {
      const { blocking } = await read(session, `DROP ROLE ${role.name}`);
      expect(blocking.map(({ identity }) => identity)).toContain(`1 of ${other.name}`);
    });
  } finally {
    await other.drop();
  }
});

test('objects that are not there, or not dropped, have no dependents', async () => {
  await onSession(database, async (session) => {
    const nothing = { along: [], cascaded: [], blocking: [] };
    expect(await read(session, 'DROP TABLE shop.absent CASCADE')).toMatchObject(nothing);
    expect(await read(session, 'ALTER TABLE shop.orders ADD COLUMN x int')).toMatchObject(nothing);
  });
});
