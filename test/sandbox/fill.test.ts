import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DEFAULT_DATA_LIMITS,
  fillSandbox,
  withSandboxSession,
  type Contents,
  type Filled,
} from '../../src/labs/sandbox/fill.ts';
import { withSandboxServer } from '../../src/labs/sandbox/server.ts';
import { withEquivalenceSandbox } from '../../src/labs/sandbox/with-equivalence.ts';
import { relationReferences } from '../../src/advisor/references.ts';
import { readRelations } from '../../src/pg/catalog/relations.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { readSessionSettings } from '../../src/pg/catalog/session-settings.ts';
import { readLocaleOptions } from '../../src/pg/catalog/database-locale.ts';
import { withSession, type Session } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const SIGNAL = new AbortController().signal;

/** Everything that can be rebuilt, and each in a place where it is needed. */
const SCHEMA = `
  CREATE SCHEMA shop;
  CREATE SCHEMA "Odd Schema";
  CREATE EXTENSION pg_trgm SCHEMA "Odd Schema";
  CREATE COLLATION shop.blind (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
  CREATE COLLATION shop.bytes (PROVIDER = libc, LOCALE = 'C');
  CREATE TYPE shop.mood AS ENUM ('sad', 'it''s ok', 'happy');
  CREATE FUNCTION shop.is_short(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT length($1) < 40';
  CREATE DOMAIN shop.label AS text COLLATE "C" DEFAULT 'none' CHECK (shop.is_short(VALUE));
  CREATE TYPE shop.point3 AS (x integer, y integer, z integer);
  CREATE TYPE shop.span AS RANGE (SUBTYPE = time);
  CREATE TABLE shop.customers (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mood shop.mood, label shop.label,
    place shop.point3, open shop.span, parent integer REFERENCES shop.customers,
    nick text COLLATE shop.blind, code text COLLATE shop.bytes,
    upper_name text GENERATED ALWAYS AS (upper(name)) STORED, twice integer GENERATED ALWAYS AS (id * 2) VIRTUAL);
  CREATE TABLE shop.orders (
    id bigserial, customer_id integer NOT NULL REFERENCES shop.customers, day date NOT NULL, amount numeric(10, 2) CHECK (amount >= 0),
    note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE TABLE shop.orders_2025 PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE shop.orders_rest (note text, amount numeric(10, 2), day date NOT NULL, customer_id integer NOT NULL, id bigint NOT NULL);
  ALTER TABLE shop.orders_rest ADD CONSTRAINT orders_amount_check CHECK (amount >= 0);
  ALTER TABLE shop.orders ATTACH PARTITION shop.orders_rest DEFAULT;
  CREATE INDEX ON shop.orders (customer_id, day DESC) INCLUDE (amount);
  CREATE INDEX "note search" ON shop.orders USING gin (note "Odd Schema".gin_trgm_ops);
  CREATE INDEX ON shop.customers (shop.is_short(name)) WHERE mood <> 'sad';
  CREATE TABLE "Odd Schema"."Base ""Table" (id integer PRIMARY KEY, "Value" text DEFAULT 'x') WITH (fillfactor = 70);
  CREATE TABLE "Odd Schema".child (extra integer) INHERITS ("Odd Schema"."Base ""Table");
  CREATE STATISTICS shop.customer_mood (dependencies) ON mood, label FROM shop.customers;
  ALTER TABLE shop.customers ALTER COLUMN name SET STATISTICS 333;
  CREATE VIEW shop.recent AS SELECT o.id, c.name, o.amount FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE day > '2025-06-01';
  CREATE VIEW shop.recent_names AS SELECT DISTINCT name FROM shop.recent;
  CREATE MATERIALIZED VIEW shop.totals AS SELECT customer_id, sum(amount) AS total FROM shop.orders GROUP BY 1;
  CREATE UNIQUE INDEX ON shop.totals (customer_id);
  INSERT INTO shop.customers (name, mood, label, place, open, parent)
  SELECT 'name ' || n, (enum_range(NULL::shop.mood))[1 + n % 3], 'label ' || n, (n, n, NULL)::shop.point3,
         shop.span(time '08:00', time '17:00'), CASE WHEN n > 1 THEN n / 2 END FROM generate_series(1, 1000) n;
  INSERT INTO shop.orders (customer_id, day, amount, note)
  SELECT 1 + n % 1000, date '2025-01-01' + n % 700, n / 3.0, E'a \\\\ tab\\t ' || n FROM generate_series(1, 5000) n;
  INSERT INTO "Odd Schema"."Base ""Table" SELECT n, NULL FROM generate_series(1, 20) n;
  INSERT INTO "Odd Schema".child SELECT n, 'child', n FROM generate_series(100, 110) n;
  REFRESH MATERIALIZED VIEW shop.totals;
  INSERT INTO shop.orders (customer_id, day, amount) VALUES (1, '2030-01-01', 1000000);
  ANALYZE;`;

const NAMES = ['shop.recent_names', 'shop.totals', '"Odd Schema"."Base ""Table"'];

let source: TestDatabase;

beforeAll(async () => {
  source = await createTestDatabase();
  await source.query(SCHEMA);
});
afterAll(() => source.drop());

function contents(relations: readonly number[], over: Partial<Contents['data']> = {}): Contents {
  return { relations, statements: [], triggers: false, data: { ...DEFAULT_DATA_LIMITS, ...over } };
}

async function inSandbox(
  kind: 'clone' | 'embedded',
  names: readonly string[],
  over: Partial<Contents['data']>,
  use: (session: Session, filled: Filled, name: string) => Promise<void>,
): Promise<void> {
  const target = parseTarget(source.url, {});
  const oids = (
    await source.query<{ oid: number }>(
      'SELECT name::regclass::oid::int8::float8 AS oid FROM unnest($1::text[]) name',
      [names],
    )
  ).map(({ oid }) => oid);
  await withSession(target, 'reader', null, (reader) =>
    withSandboxServer(kind, target, async (server) =>
      server.withDatabase(
        { type: 'empty', localeOptions: await readLocaleOptions(reader) },
        async (database) => {
          const filled = await fillSandbox(reader, database, contents(oids, over), SIGNAL);
          await withSandboxSession(database, await readSessionSettings(reader), SIGNAL, (session) =>
            use(session, filled, database.name),
          );
        },
      ),
    ),
  );
}

describe('a sandbox', () => {
  test.each(['clone', 'embedded'] as const)(
    '(%s) has the definitions and all rows of what a statement reads',
    async (kind) => {
      await inSandbox(kind, NAMES, {}, async (session, filled) => {
        expect(filled.sampled).toBe(false);
        const QUERIES = [
          'SELECT * FROM shop.recent_names ORDER BY name',
          'SELECT * FROM shop.totals ORDER BY customer_id',
          'SELECT * FROM "Odd Schema"."Base ""Table" ORDER BY id',
          'SELECT *, tableoid::regclass::text FROM shop.orders ORDER BY id',
          'SELECT *, upper_name, twice FROM shop.customers ORDER BY id',
          `SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname IN ('shop', 'Odd Schema') AND tablename <> 'totals' ORDER BY 1, 2`,
          `SELECT conrelid::regclass::text AS table, conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
          WHERE connamespace = 'shop'::regnamespace AND contype <> 'n' ORDER BY 1, 2`,
          `SELECT attrelid::regclass::text, attname, attnum, format_type(atttypid, atttypmod), attnotnull, attstattarget FROM pg_attribute
          WHERE attrelid::regclass::text ~ '^shop.(orders|customers)' AND attnum > 0 ORDER BY 1, 3`,
          `SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext`,
          `SELECT reloptions FROM pg_class WHERE relname = 'Base "Table'`,
          `SELECT collname, collprovider, colllocale, collcollate, collisdeterministic FROM pg_collation
          WHERE collnamespace = 'shop'::regnamespace ORDER BY 1`,
          `SELECT bool_and(indisvalid) FROM pg_index`,
          `SELECT pg_get_viewdef('shop.recent'::regclass), to_jsonb(enum_range(NULL::shop.mood))`,
        ];
        for (const sql of QUERIES) expect(await session.query(sql), sql).toEqual(await source.query(sql));
        const [visible] = await session.query(
          `SELECT bool_and(relallvisible = relpages AND reltuples > 0) AS all FROM pg_class WHERE relname IN ('orders_2025', 'customers')`,
        );
        expect(visible).toEqual({ all: true });
      });
    },
  );

  test('holds a sample with join partners where the data is too much, and every foreign key holds', async () => {
    await inSandbox('clone', NAMES, { maxRows: 0, sampleRows: 50 }, async (session, filled) => {
      expect(filled.sampled).toBe(true);
      const [counts] = await session.query<{ orders: number; joined: number; unchecked: number }>(
        `SELECT (SELECT count(*)::int FROM shop.orders) AS orders,
                (SELECT count(*)::int FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id) AS joined,
                (SELECT count(*)::int FROM pg_constraint WHERE contype = 'f' AND NOT convalidated) AS unchecked`,
      );
      expect(counts?.orders).toBeGreaterThan(20);
      expect(counts?.orders).toBeLessThan(500);
      expect(counts).toMatchObject({ joined: counts?.orders, unchecked: 0 });
    });
  });
});

test('what the reading role may not read is a reason, not a fault', async () => {
  await source.query(
    `DROP ROLE IF EXISTS sandbox_reader; CREATE ROLE sandbox_reader LOGIN CREATEDB PASSWORD 'x'; GRANT USAGE ON SCHEMA shop TO sandbox_reader`,
  );
  try {
    const url = new URL(source.url);
    url.username = 'sandbox_reader';
    url.password = 'x';
    const target = parseTarget(url.href, {});
    const [row] = await source.query<{ oid: number }>(
      `SELECT 'shop.customers'::regclass::oid::int8::float8 AS oid`,
    );
    const filling = withSession(target, 'reader', null, (reader) =>
      withSandboxServer('clone', target, async (server) =>
        server.withDatabase({ type: 'empty', localeOptions: await readLocaleOptions(reader) }, (database) =>
          fillSandbox(reader, database, contents([row?.oid ?? 0]), SIGNAL),
        ),
      ),
    );
    await expect(filling).rejects.toMatchObject({
      code: 'no-lab',
      message: expect.stringContaining('permission denied'),
    });
  } finally {
    await source.query('DROP OWNED BY sandbox_reader; DROP ROLE sandbox_reader');
  }
});

describe('statements on views, partitions and types of the database', () => {
  test.each<[title: string, original: string, rewrite: string, verdict: string]>([
    ['a view over views', 'SELECT name FROM shop.recent_names', 'SELECT name FROM shop.recent', 'differs'],
    [
      'a view written out',
      'SELECT name FROM shop.recent_names',
      `SELECT c.name FROM shop.customers c WHERE EXISTS (SELECT FROM shop.orders o WHERE o.customer_id = c.id AND o.day > '2025-06-01') GROUP BY c.name`,
      'same',
    ],
    [
      'the edge of a partition',
      `SELECT id FROM shop.orders WHERE day BETWEEN '2025-01-01' AND '2026-01-01'`,
      `SELECT id FROM shop.orders WHERE day >= '2025-01-01' AND day < '2026-01-01'`,
      'differs',
    ],
    [
      'enums, domains, composites and ranges',
      `SELECT id, mood, label, place FROM shop.customers WHERE mood <> 'sad' AND open @> time '09:00'`,
      `SELECT id, mood, label, place FROM shop.customers WHERE mood IN ('it''s ok', 'happy') AND time '09:00' <@ open`,
      'same',
    ],
    [
      'an enum that may be missing',
      `SELECT id FROM shop.customers WHERE mood IS DISTINCT FROM 'sad'`,
      `SELECT id FROM shop.customers WHERE mood <> 'sad'`,
      'differs',
    ],
    [
      'an operator of an extension',
      `SELECT id FROM shop.orders WHERE note OPERATOR("Odd Schema".%) 'tab' AND day > $1`,
      `SELECT id FROM shop.orders WHERE "Odd Schema".similarity(note, 'tab') >= 0.3 AND day > $1`,
      'same',
    ],
    [
      'a materialized view',
      'SELECT sum(total) AS s FROM shop.totals',
      'SELECT sum(amount) AS s FROM shop.orders',
      'differs',
    ],
  ])('%s', async (_, original, rewrite, verdict) => {
    await loadParser();
    const target = parseTarget(source.url, {});
    const statements = [original, rewrite].flatMap((sql) => parseStatements(sql).map(({ tree }) => tree));
    await withSession(target, 'reader', null, async (reader) => {
      const relations = await readRelations(reader, statements.flatMap(relationReferences));
      const read = { relations: relations.map(({ relation }) => relation.oid), statements };
      await withSandboxServer('clone', target, (server) =>
        withEquivalenceSandbox(server, reader, read, null, SIGNAL, async (sandbox) => {
          const parameterSets = original.includes('$1') ? [['2025-03-01']] : [[]];
          const found = await sandbox.check({ original, rewrite, parameterSets, relations });
          expect(found).toMatchObject({ verdict });
          expect(found.checks.withRows).toBeGreaterThan(0);
        }),
      );
    });
  });
});
