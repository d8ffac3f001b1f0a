import type { Node } from '@pgsql/types';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relationReferences } from '../../src/advisor/references.ts';
import { readRelations } from '../../src/pg/catalog/relations.ts';
import { readServerTraits } from '../../src/pg/catalog/traits.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { renderStatement } from '../../src/rewrite/render.ts';
import type { Rewriting, RewriteRule, RewriteSubject } from '../../src/rewrite/rule.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { createTestDatabase, lend, type TestDatabase } from './database.ts';

/** What a rule is held to, on a real server and on data that gets worse and worse. */
export interface RewriteCases {
  /** Statements that the rule must rewrite, with what a text that it makes has to look like. */
  readonly applies: readonly {
    readonly sql: string;
    readonly as: RegExp;
    readonly params?: readonly unknown[];
    /** Whether ORDER BY leaves no two rows equal: compared as a sequence then. */
    readonly ordered?: boolean;
  }[];
  /** Statements in which one precondition does not hold. */
  readonly refuses: readonly (readonly [why: string, sql: string])[];
  /** What the rule would make if it did not look: the same on innocent data, and not on others. */
  readonly reveals: readonly { readonly why: string; readonly sql: string; readonly naive: string }[];
}

const SCHEMA = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text, email varchar(40) UNIQUE, region_id int, cap int);
  CREATE TABLE regions (id int PRIMARY KEY, name varchar(20) NOT NULL, area text, rate numeric);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, agent_id int, status text NOT NULL,
                       total int NOT NULL, discount int, placed_at timestamptz NOT NULL, day date, weight numeric, ratio float8,
                       UNIQUE (placed_at, id));
  CREATE INDEX ON orders (customer_id, placed_at DESC, id DESC);
  CREATE INDEX ON orders (status);
  CREATE INDEX ON orders (agent_id);
  CREATE TABLE items (order_id int, product_id int NOT NULL, qty int NOT NULL, price int);
  CREATE INDEX ON items (order_id);
  CREATE TABLE blocked (customer_id int NOT NULL, agent_id int, reason text);
  CREATE TABLE base (id int PRIMARY KEY, k int NOT NULL);
  CREATE TABLE child () INHERITS (base);
  CREATE VIEW recent AS SELECT * FROM orders WHERE total > 10;
  INSERT INTO regions SELECT g, 'region ' || g, 'area ' || g % 2, g FROM generate_series(1, 4) g;
  INSERT INTO customers SELECT g, 'customer ' || g % 17, 'city ' || g % 5, 'mail' || g, g % 5 + 1, g * 10 FROM generate_series(1, 25) g;
  INSERT INTO orders SELECT g, g * 7 % 20 + 1, g % 6, (ARRAY['new', 'paid', 'sent'])[g % 3 + 1], g * 37 % 101, g % 10 + 1,
                            '2026-03-29 00:00+00'::timestamptz + g * interval '37 minutes', date '2026-01-01' + g % 9, g, g
                       FROM generate_series(1, 120) g;
  INSERT INTO items SELECT g % 90 + 1, g % 13, g % 4 + 1, g % 50 FROM generate_series(1, 200) g;
  INSERT INTO blocked SELECT g * 3, g, 'reason ' || g FROM generate_series(1, 6) g;
  INSERT INTO base SELECT g, g % 5 FROM generate_series(1, 20) g;`;

const NULLS = `
  UPDATE customers SET city = NULL WHERE id % 4 = 0; UPDATE customers SET region_id = NULL WHERE id % 3 = 0;
  UPDATE customers SET email = NULL WHERE id % 5 = 0; UPDATE customers SET cap = NULL WHERE id % 6 = 0;
  UPDATE orders SET agent_id = NULL WHERE id % 5 = 0; UPDATE orders SET discount = NULL WHERE id % 4 = 0;
  UPDATE orders SET day = NULL WHERE id % 7 = 0; UPDATE orders SET weight = NULL WHERE id % 8 = 0;
  UPDATE regions SET area = NULL WHERE id = 2; UPDATE regions SET rate = NULL WHERE id = 3;
  UPDATE items SET order_id = NULL WHERE product_id = 3; UPDATE items SET price = NULL WHERE product_id % 2 = 0;
  INSERT INTO blocked VALUES (4, NULL, NULL), (5, 3, 'x');`;

const TIES = `
  UPDATE orders SET placed_at = '2026-03-29 01:30+00' WHERE id % 2 = 0; UPDATE orders SET total = 50 WHERE id % 3 <> 0;
  UPDATE customers SET name = 'same', city = 'same' WHERE id % 2 = 0; UPDATE orders SET agent_id = 1, discount = 3 WHERE id % 2 = 1;
  INSERT INTO items SELECT * FROM items WHERE product_id < 5; INSERT INTO blocked SELECT * FROM blocked;
  INSERT INTO child SELECT id, k FROM base WHERE id < 9; UPDATE orders SET weight = 1.0 WHERE id % 3 = 0;
  UPDATE orders SET weight = 1.00 WHERE id % 6 = 0;`;

const FEW = (table: string) => `DELETE FROM ${table} WHERE ctid <> (SELECT min(ctid) FROM ${table});`;

/** Data that the constraints allow, each rolled back after use. */
const STATES: Readonly<Record<string, string>> = {
  innocent: '',
  NULLs: NULLS,
  'duplicates and ties': TIES,
  'NULLs and ties': NULLS + TIES,
  'only NULLs': `UPDATE customers SET city = NULL, region_id = NULL, email = NULL, cap = NULL;
    UPDATE orders SET agent_id = NULL, discount = NULL, day = NULL, weight = NULL;
    UPDATE items SET order_id = NULL, price = NULL; UPDATE blocked SET agent_id = NULL, reason = NULL;`,
  'no details': `${NULLS} DELETE FROM items; DELETE FROM blocked; DELETE FROM regions;`,
  'single rows': `DELETE FROM items; ${['blocked', 'orders', 'regions', 'base'].map(FEW).join('')}`,
  nothing:
    'DELETE FROM items; DELETE FROM blocked; DELETE FROM orders; DELETE FROM customers; DELETE FROM regions; DELETE FROM base;',
};

/** Holds a rule to its cases. */
export function describeRewrite(rule: RewriteRule, cases: RewriteCases): void {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    await loadParser();
    database = await createTestDatabase();
    await database.query(SCHEMA);
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('ANALYZE');
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  const rewritten = async (sql: string) => offersOf(rule, await subjectOf(database, sql));

  describe(`the rule ${rule.name}`, () => {
    test.each(cases.applies)('rewrites $sql', async ({ sql, as, params, ordered }) => {
      const offers = await rewritten(sql);
      expect(offers.map((offer) => onOneLine(offer.sql))).toContainEqual(expect.stringMatching(as));
      for (const offer of offers.filter(({ meaning }) => meaning === 'same')) {
        for (const state of Object.keys(STATES)) {
          const [before, after] = await both(client, state, sql, offer.sql, params ?? []);
          const context = `${state}: ${offer.sql}`;
          expect(after.columns, context).toEqual(before.columns);
          expect(asCompared(after.rows, ordered), context).toEqual(asCompared(before.rows, ordered));
        }
      }
    });

    test.each(cases.refuses)('leaves alone: %s', async (_why, sql) => {
      // The server has to accept it, or the case shows nothing.
      await client.query(`EXPLAIN (GENERIC_PLAN) ${sql}`);
      expect(await rewritten(sql)).toEqual([]);
    });

    test.each(cases.reveals)('only other data would show it: $why', async ({ sql, naive }) => {
      const differing: string[] = [];
      for (const state of Object.keys(STATES)) {
        const [before, after] = await both(client, state, sql, naive, []);
        if (JSON.stringify(asCompared(before.rows)) !== JSON.stringify(asCompared(after.rows)))
          differing.push(state);
      }
      expect(differing).not.toEqual([]);
      expect(differing).not.toContain('innocent');
      for (const offer of await rewritten(sql)) {
        for (const state of Object.keys(STATES)) {
          const [before, after] = await both(client, state, sql, offer.sql, []);
          expect(asCompared(after.rows), offer.sql).toEqual(asCompared(before.rows));
        }
      }
    });
  });
}

const onOneLine = (sql: string): string =>
  sql.replaceAll(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')');

/** A database with the tables of the cases and innocent data. */
export async function withRewriteDatabase(
  use: (database: TestDatabase, subject: (sql: string) => Promise<RewriteSubject>) => Promise<void>,
): Promise<void> {
  await lend(await createTestDatabase(), async (database) => {
    await database.query(SCHEMA);
    await database.query('ANALYZE');
    await use(database, (sql) => subjectOf(database, sql));
  });
}

interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: number; readonly modifier: number }[];
  readonly rows: readonly unknown[];
}

/** What two texts answer on data in one state. */
async function both(
  client: Client,
  state: string,
  sql: string,
  other: string,
  params: readonly unknown[],
): Promise<readonly [Answer, Answer]> {
  await client.query('BEGIN');
  try {
    await client.query(STATES[state] ?? '');
    return [await answer(client, sql, params), await answer(client, other, params)];
  } finally {
    await client.query('ROLLBACK');
  }
}

async function answer(client: Client, sql: string, params: readonly unknown[]): Promise<Answer> {
  const { fields, rows } = await client.query<unknown[]>({
    text: sql,
    values: [...params],
    rowMode: 'array',
    types: { getTypeParser: () => (value: string) => value },
  });
  return {
    columns: fields.map(({ name, dataTypeID: type, dataTypeModifier: modifier }) => ({
      name,
      type,
      modifier,
    })),
    rows,
  };
}

function asCompared(rows: readonly unknown[], ordered = false): readonly string[] {
  const texts = rows.map((row) => JSON.stringify(row));
  return ordered ? texts : texts.toSorted();
}

/** A statement with what the catalog of a database says of it. */
async function subjectOf(database: TestDatabase, sql: string): Promise<RewriteSubject> {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error(`no statement in ${sql}`);
  const { tree } = statement;
  const target = parseTarget(database.url, { PGSSLMODE: 'disable' });
  return withSession(target, 'test', null, async (session) => ({
    sql,
    tree,
    relations: await readRelations(session, relationReferences(tree)),
    settings: (await readServerTraits(session)).settings,
  }));
}

function offersOf(
  rule: RewriteRule,
  subject: RewriteSubject,
): { sql: string; tree: Node; meaning: Rewriting['meaning'] }[] {
  return rule.apply(subject).map(({ tree, meaning }) => ({
    sql: renderStatement(subject, tree) ?? 'a tree that no text parses to',
    tree,
    meaning,
  }));
}
