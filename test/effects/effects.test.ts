import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectLines } from '../../src/gate/effects.ts';
import { readDependents } from '../../src/pg/catalog/dependents.ts';
import { readTouchedState } from '../../src/pg/catalog/touched-state.ts';
import type { Session } from '../../src/pg/session.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { onSession, touched } from './support.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`
    CREATE SCHEMA shop;
    CREATE TABLE shop.orders (id int PRIMARY KEY, kind int NOT NULL, notes text);
    CREATE INDEX orders_notes_idx ON shop.orders (notes);
    CREATE TABLE shop.lines (order_id int REFERENCES shop.orders);
    CREATE VIEW shop.recent AS SELECT id FROM shop.orders;
    CREATE TABLE "we'ird; ""DROP"" -- schema" ("co'l""umn" int);
    INSERT INTO shop.orders SELECT n, n % 10, 'note ' || n FROM generate_series(1, 12000) n;
    INSERT INTO shop.lines SELECT n FROM generate_series(1, 12000) n;
    ANALYZE;`);
});

afterAll(async () => {
  await database.expectNoLeaks();
  await database.drop();
});

/** The whole way of one statement, and every text that went to the server. */
async function effectsOf(sql: string): Promise<{ lines: string[]; sent: string[] }> {
  const { objects, cascade, opaque } = await touched(sql);
  return onSession(database, async (session) => {
    const sent: string[] = [];
    const watched: Session = {
      ...session,
      query: (text, values) => {
        sent.push(text);
        return session.query(text, values);
      },
    };
    const state = await readTouchedState(watched, objects);
    const dependents = await readDependents(watched, objects, { cascade });
    return { lines: effectLines({ objects: state.objects, opaque, dependents }), sent };
  });
}

test.each<[sql: string, lines: (string | RegExp)[]]>([
  [
    'DROP INDEX shop.orders_notes_idx',
    [/^removes index shop\.orders_notes_idx \(\d+ kB, 0 scans .*\) of shop\.orders \(about 12,000 rows\)$/],
  ],
  [
    'DROP TABLE shop.orders',
    [
      /^removes table shop\.orders \(about 12,000 rows, .* with its 2 indexes\)$/,
      /^takes along 3 constraints and 1 index: .*orders_pkey on shop\.orders.*, shop\.orders_notes_idx/,
      'fails as it stands, because of 1 foreign key and 1 view: lines_order_id_fkey on shop.lines, shop.recent',
    ],
  ],
  [
    'TRUNCATE shop.orders CASCADE',
    [
      /^empties table shop\.orders: about 12,000 rows/,
      /^CASCADE also empties 1 table: shop\.lines \(about 12,000 rows/,
    ],
  ],
  [
    'ALTER TABLE shop.orders DROP COLUMN id CASCADE',
    [
      'removes column id of shop.orders (about 12,000 rows)',
      /^takes along 2 constraints/,
      'CASCADE also removes 1 foreign key and 1 view: lines_order_id_fkey on shop.lines, shop.recent',
    ],
  ],
  [
    'DELETE FROM shop.orders WHERE kind = 3',
    ['deletes rows of table shop.orders: about 12,000 rows in all, the condition is not estimated'],
  ],
  ['DELETE FROM shop.orders', ['deletes every row of table shop.orders: about 12,000 rows']],
  [
    `ALTER TABLE "we'ird; ""DROP"" -- schema" DROP COLUMN "co'l""umn"`,
    [`removes column "co'l""umn" of public."we'ird; ""DROP"" -- schema" (no rows when last counted)`],
  ],
  ['DROP TABLE shop.gone', ['table shop.gone does not exist']],
])('%s', async (sql, expected) => {
  const { lines } = await effectsOf(sql);
  const matched = lines.map((line, n) => {
    const pattern = expected[n];
    return pattern instanceof RegExp && pattern.test(line) ? pattern : line;
  });
  expect(matched).toEqual(expected);
});

test.each([
  'DROP TABLE shop.orders CASCADE',
  'TRUNCATE shop.orders CASCADE',
  'DROP OWNED BY CURRENT_USER CASCADE',
  'DROP SCHEMA shop CASCADE',
  'DO $$BEGIN DROP TABLE shop.orders CASCADE; END$$',
  `DROP TABLE "we'ird; ""DROP"" -- schema"`,
])('nothing of it reaches the server: %s', async (sql) => {
  const { sent } = await effectsOf(sql);
  expect(sent.length).toBeGreaterThan(5);
  expect(sent.filter((text) => !/^\s*(?:SELECT|WITH)\b/.test(text))).toEqual([]);
  // Names travel as values.
  expect(sent.filter((text) => /orders|shop|we'ird/.test(text))).toEqual([]);
});
