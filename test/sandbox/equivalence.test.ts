import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openComparison, type Comparison } from '../support/comparison.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** Innocent data: no NULL, no tie, no row at an edge, no number in a text. The rewrites below cannot be told from the originals. */
const SCHEMA = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.customers (id integer PRIMARY KEY, name text NOT NULL, city text, level integer NOT NULL);
  CREATE TABLE shop.orders (
    id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES shop.customers, coupon_id integer, amount integer NOT NULL,
    discount numeric(10, 2), weight double precision NOT NULL, status text NOT NULL, created_at timestamptz NOT NULL, note text, payload jsonb NOT NULL);
  CREATE TABLE shop.returns (id integer PRIMARY KEY, order_id integer, reason text);
  CREATE INDEX ON shop.orders (customer_id, created_at);
  INSERT INTO shop.customers SELECT n, 'name ' || n, 'city ' || n % 7, n % 5 FROM generate_series(1, 300) n;
  INSERT INTO shop.orders
  SELECT n, 1 + n * 7 % 300, n % 50, 100 + n % 900, n % 10, n / 8.0, (ARRAY['new', 'paid', 'sent'])[1 + n % 3],
         timestamptz '2026-02-20 12:00+00' + n * interval '1 hour 7 minutes', 'note ' || n, jsonb_build_object('kind', 'k' || n % 4, 'n', n % 20)
    FROM generate_series(1, 4000) n;
  INSERT INTO shop.returns SELECT n, n * 3, 'reason ' || n % 3 FROM generate_series(1, 500) n;
  ANALYZE;`;

let source: TestDatabase;
let comparison: Comparison;
let compare: Comparison['check'];

beforeAll(async () => {
  source = await createTestDatabase();
  await source.query(SCHEMA);
  await source.query(`ALTER DATABASE ${source.name} SET timezone = 'Europe/Berlin'`);
  comparison = await openComparison(
    source.url,
    PAIRS.map(({ original }) => original),
  );
  compare = comparison.check;
});

afterAll(async () => {
  await comparison.close();
  await source.expectNoLeaks();
  await source.drop();
});

interface Pair {
  readonly title: string;
  readonly original: string;
  readonly wrong?: string;
  readonly right?: string;
  readonly sets?: readonly (readonly unknown[])[];
}

const PAIRS: readonly Pair[] = [
  {
    title: 'NOT IN and NULL',
    original: 'SELECT id FROM shop.orders o WHERE o.id NOT IN (SELECT r.order_id FROM shop.returns r)',
    wrong:
      'SELECT id FROM shop.orders o WHERE NOT EXISTS (SELECT FROM shop.returns r WHERE r.order_id = o.id)',
    right: `SELECT id FROM shop.orders o WHERE NOT EXISTS (SELECT FROM shop.returns r WHERE r.order_id = o.id OR r.order_id IS NULL)`,
  },
  {
    title: 'UNION and UNION ALL',
    original: `SELECT customer_id, amount, created_at FROM shop.orders WHERE status = 'new' UNION SELECT customer_id, amount, created_at FROM shop.orders WHERE status = 'paid'`,
    wrong: `SELECT customer_id, amount, created_at FROM shop.orders WHERE status = 'new' UNION ALL SELECT customer_id, amount, created_at FROM shop.orders WHERE status = 'paid'`,
    right: `SELECT DISTINCT customer_id, amount, created_at FROM shop.orders WHERE status IN ('new', 'paid')`,
  },
  {
    title: 'BETWEEN and a half-open range',
    original: `SELECT id FROM shop.orders WHERE created_at BETWEEN '2026-03-01' AND '2026-04-01'`,
    wrong: `SELECT id FROM shop.orders WHERE created_at >= '2026-03-01' AND created_at < '2026-04-01'`,
    right: `SELECT id FROM shop.orders WHERE created_at >= '2026-03-01' AND created_at <= '2026-04-01'`,
  },
  {
    title: 'count of a nullable column',
    original: 'SELECT customer_id, count(note) FROM shop.orders GROUP BY customer_id',
    wrong: 'SELECT customer_id, count(*) FROM shop.orders GROUP BY customer_id',
    right:
      'SELECT customer_id, count(*) FILTER (WHERE note IS NOT NULL) FROM shop.orders GROUP BY customer_id',
  },
  {
    title: 'LEFT JOIN … IS NULL on a column that is no key',
    original:
      'SELECT o.id FROM shop.orders o LEFT JOIN shop.returns r ON r.order_id = o.id WHERE r.reason IS NULL',
    wrong:
      'SELECT o.id FROM shop.orders o WHERE NOT EXISTS (SELECT FROM shop.returns r WHERE r.order_id = o.id)',
    right: `SELECT o.id FROM shop.orders o LEFT JOIN (SELECT * FROM shop.returns r WHERE true) r ON r.order_id = o.id WHERE r.reason IS NULL`,
  },
  {
    title: 'a day in a time zone with daylight saving, as a constant',
    original: `SELECT id FROM shop.orders WHERE date(created_at) = '2026-03-29'`,
    wrong: `SELECT id FROM shop.orders WHERE created_at >= '2026-03-29' AND created_at < timestamptz '2026-03-29' + interval '24 hours'`,
    right: `SELECT id FROM shop.orders WHERE created_at >= '2026-03-29' AND created_at < timestamptz '2026-03-29' + interval '1 day'`,
  },
  {
    title: 'a day in a time zone with daylight saving, as a parameter',
    original: `SELECT id FROM shop.orders WHERE created_at::date = $1`,
    wrong: `SELECT id FROM shop.orders WHERE created_at >= $1::date::timestamptz AND created_at < $1::date::timestamptz + interval '24 hours'`,
    right: `SELECT id FROM shop.orders WHERE created_at >= $1::date AND created_at < $1::date + 1`,
    sets: [['2026-04-15']],
  },
  {
    title: '->> and @>',
    original: `SELECT id FROM shop.orders WHERE payload ->> 'n' = '7'`,
    wrong: `SELECT id FROM shop.orders WHERE payload @> '{"n": 7}'`,
    right: `SELECT id FROM shop.orders WHERE (payload -> 'n') #>> '{}' = '7'`,
  },
  {
    title: 'DISTINCT ON and ties',
    original:
      'SELECT DISTINCT ON (customer_id) customer_id, created_at FROM shop.orders ORDER BY customer_id, created_at DESC',
    wrong: `SELECT customer_id, created_at FROM (SELECT customer_id, created_at, rank() OVER (PARTITION BY customer_id ORDER BY created_at DESC) AS place
              FROM shop.orders) r WHERE place = 1 ORDER BY customer_id, created_at DESC`,
  },
  {
    title: 'the latest of each group',
    original:
      'SELECT DISTINCT ON (customer_id) customer_id, id FROM shop.orders ORDER BY customer_id, created_at DESC, id DESC',
    wrong: `SELECT customer_id, id FROM (SELECT customer_id, id, row_number() OVER (PARTITION BY customer_id ORDER BY created_at DESC, id) AS place
              FROM shop.orders) r WHERE place = 1 ORDER BY customer_id`,
    right: `SELECT customer_id, id FROM (SELECT customer_id, id, row_number() OVER (PARTITION BY customer_id ORDER BY created_at DESC, id DESC) AS place
              FROM shop.orders) r WHERE place = 1 ORDER BY customer_id`,
  },
  {
    title: 'arithmetic that overflows',
    original: 'SELECT id FROM shop.orders WHERE amount > 500',
    wrong: 'SELECT id FROM shop.orders WHERE amount * 2 > 1000',
    right: 'SELECT id FROM shop.orders WHERE amount >= 501',
  },
  {
    title: 'aggregates of integers and numerics',
    original: 'SELECT customer_id, sum(amount), avg(discount) FROM shop.orders GROUP BY customer_id',
    wrong:
      'SELECT customer_id, sum(amount), sum(discount) / count(*) AS avg FROM shop.orders GROUP BY customer_id',
    right:
      'SELECT c.customer_id, s.sum, s.avg FROM (SELECT DISTINCT customer_id FROM shop.orders) c, LATERAL (SELECT sum(amount), avg(discount) FROM shop.orders o WHERE o.customer_id = c.customer_id) s',
  },
  {
    title: 'sums of floating-point numbers',
    original: 'SELECT status, sum(weight) FROM shop.orders GROUP BY status',
    right:
      'SELECT status, sum(weight) FROM (SELECT status, weight FROM shop.orders ORDER BY weight DESC) w GROUP BY status',
    wrong: 'SELECT status, sum(weight) + 1 AS sum FROM shop.orders GROUP BY status',
  },
  {
    title: 'an outer join without partners',
    original: 'SELECT c.name, o.amount FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id',
    wrong: 'SELECT c.name, o.amount FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id',
    right: 'SELECT c.name, o.amount FROM shop.orders o RIGHT JOIN shop.customers c ON o.customer_id = c.id',
  },
  {
    title: 'a maximum of no rows',
    original: 'SELECT max(created_at) FROM shop.orders WHERE customer_id = $1',
    wrong:
      'SELECT created_at AS max FROM shop.orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 1',
    right:
      'SELECT (SELECT created_at FROM shop.orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 1) AS max',
    sets: [[12]],
  },
  {
    title: 'trailing spaces and case',
    original: `SELECT id FROM shop.customers WHERE lower(name) = 'name 7'`,
    wrong: `SELECT id FROM shop.customers WHERE name = 'name 7'`,
    right: `SELECT id FROM shop.customers WHERE name ILIKE 'name 7'`,
  },
  {
    title: 'OR across a join as UNION',
    original: `SELECT o.amount FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE o.status = 'new' OR c.city = 'city 3'`,
    wrong: `SELECT o.amount FROM shop.orders o WHERE o.status = 'new' UNION ALL
            SELECT o.amount FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE c.city = 'city 3' AND NOT o.status = 'new' AND c.level >= 0 AND o.coupon_id IS NOT NULL`,
    right: `SELECT o.amount FROM shop.orders o WHERE o.status = 'new' UNION ALL
            SELECT o.amount FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE c.city = 'city 3' AND (o.status = 'new') IS NOT TRUE`,
  },
  {
    title: 'IN and JOIN',
    original: 'SELECT o.id FROM shop.orders o WHERE o.id IN (SELECT order_id FROM shop.returns)',
    wrong: 'SELECT o.id FROM shop.orders o JOIN shop.returns r ON r.order_id = o.id',
    right:
      'SELECT o.id FROM shop.orders o JOIN (SELECT DISTINCT order_id FROM shop.returns) r ON r.order_id = o.id',
  },
  {
    title: 'a join that a foreign key makes the same as a lookup',
    original:
      'SELECT o.id, (SELECT c.name FROM shop.customers c WHERE c.id = o.customer_id) AS name FROM shop.orders o',
    right: 'SELECT o.id, c.name FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id',
    wrong:
      'SELECT o.id, c.name FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id AND c.city IS NOT NULL',
  },
  {
    title: 'the next page',
    original: 'SELECT id FROM shop.orders WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT 10',
    right:
      'SELECT id FROM shop.orders WHERE created_at >= $1 AND (created_at > $1 OR (created_at = $1 AND id > $2)) ORDER BY created_at, id LIMIT 10',
    wrong:
      'SELECT id FROM shop.orders WHERE created_at > $1 AND $2::int IS NOT NULL ORDER BY created_at, id LIMIT 10',
    sets: [['2026-03-01', 100]],
  },
  {
    title: 'three of each group',
    original:
      'SELECT customer_id, id FROM (SELECT customer_id, id, row_number() OVER (PARTITION BY customer_id ORDER BY created_at DESC, id) AS n FROM shop.orders) s WHERE n <= 3',
    right:
      'SELECT l.customer_id, l.id FROM shop.customers c, LATERAL (SELECT customer_id, id FROM shop.orders o WHERE o.customer_id = c.id ORDER BY created_at DESC, id LIMIT 3) l',
    wrong:
      'SELECT l.customer_id, l.id FROM shop.customers c, LATERAL (SELECT customer_id, id FROM shop.orders o WHERE o.customer_id = c.id ORDER BY created_at DESC, id DESC LIMIT 3) l',
  },
  {
    title: 'a sum of no rows',
    original: 'SELECT sum(amount) FROM shop.orders',
    wrong: 'SELECT coalesce(sum(amount), 0) AS sum FROM shop.orders',
    right: 'SELECT sum(s.sum)::bigint AS sum FROM (SELECT sum(amount) FROM shop.orders GROUP BY status) s',
  },
  {
    title: 'an edge behind many conditions',
    original: `SELECT o.id FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id
      WHERE o.status = 'paid' AND o.amount > 300 AND o.coupon_id = $1 AND c.city = 'city 3' AND c.level <= 3
        AND o.created_at BETWEEN '2026-03-05' AND '2026-03-20'`,
    wrong: `SELECT o.id FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id
      WHERE o.status = 'paid' AND o.amount > 300 AND o.coupon_id = $1 AND c.city = 'city 3' AND c.level <= 3
        AND o.created_at >= '2026-03-05' AND o.created_at < '2026-03-20'`,
    right: `SELECT o.id FROM shop.orders o
      WHERE o.status = 'paid' AND o.amount >= 301 AND o.coupon_id = $1 AND o.customer_id IN (SELECT id FROM shop.customers WHERE city = 'city 3' AND level < 4)
        AND o.created_at BETWEEN '2026-03-05' AND '2026-03-20'`,
    sets: [[17]],
  },
  {
    title: 'an edge of a row that others refer to',
    original: `SELECT o.id FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id
      WHERE o.status = 'paid' AND o.amount > 300 AND lower(c.city) = 'city 3'`,
    wrong: `SELECT o.id FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id
      WHERE o.status = 'paid' AND o.amount > 300 AND c.city = 'city 3'`,
    right: `SELECT o.id FROM shop.orders o WHERE o.status = 'paid' AND o.amount > 300
        AND EXISTS (SELECT FROM shop.customers c WHERE c.id = o.customer_id AND lower(c.city) = 'city 3')`,
  },
  {
    title: 'NULL that is not in an empty list',
    original: 'SELECT id FROM shop.returns WHERE order_id NOT IN (SELECT id FROM shop.customers)',
    wrong:
      'SELECT id FROM shop.returns r WHERE order_id IS NOT NULL AND NOT EXISTS (SELECT FROM shop.customers c WHERE c.id = r.order_id)',
    right:
      'SELECT id FROM shop.returns r WHERE NOT EXISTS (SELECT FROM shop.customers c WHERE c.id = r.order_id) AND (order_id IS NOT NULL OR NOT EXISTS (SELECT FROM shop.customers))',
  },
  {
    title: 'the row with all the values at once',
    original: 'SELECT id FROM shop.orders WHERE amount < 50 OR (amount = 50 AND id <= 5000)',
    wrong: 'SELECT id FROM shop.orders WHERE (amount, id) < (50, 5000)',
    right: 'SELECT id FROM shop.orders WHERE (amount, id) <= (50, 5000)',
  },
  {
    title: 'a document that has more in it',
    original: `SELECT id FROM shop.orders WHERE payload -> 'tags' = '["a"]'`,
    wrong: `SELECT id FROM shop.orders WHERE payload @> '{"tags": ["a"]}'`,
  },
  {
    title: 'an hour that comes twice',
    original: `SELECT id FROM shop.orders WHERE created_at::timestamp >= '2026-10-25 02:30'`,
    wrong: `SELECT id FROM shop.orders WHERE created_at >= '2026-10-25 02:30'`,
    right: `SELECT id FROM shop.orders WHERE created_at::timestamp >= '2026-10-25 02:30' AND created_at >= '2026-10-24'`,
  },
  {
    title: 'numbers below zero, which nothing in the text names',
    original: 'SELECT id FROM shop.orders WHERE amount = abs(amount)',
    wrong: 'SELECT id FROM shop.orders WHERE amount IS NOT NULL',
    right: 'SELECT id FROM shop.orders WHERE amount >= 0',
  },
  {
    title: 'the spread of several equal values',
    original: 'SELECT status, var_samp(amount) > 0 AS varies FROM shop.orders GROUP BY status',
    wrong: `SELECT status, nullif(count(amount) > 1, false) AS varies FROM shop.orders GROUP BY status`,
    right: `SELECT status, CASE WHEN count(amount) > 1 THEN min(amount) < max(amount) END AS varies FROM shop.orders GROUP BY status`,
  },
  {
    title: 'a page far behind',
    original: 'SELECT id, order_id FROM shop.returns ORDER BY order_id, id LIMIT 100 OFFSET 450',
    wrong: `SELECT id, order_id FROM shop.returns
             WHERE (order_id, id) >= (SELECT order_id, id FROM shop.returns ORDER BY order_id, id LIMIT 1 OFFSET 450)
             ORDER BY order_id, id LIMIT 100`,
    right: `SELECT r.id, r.order_id FROM (SELECT id FROM shop.returns ORDER BY order_id, id LIMIT 100 OFFSET 450) AS page
              JOIN shop.returns r ON r.id = page.id ORDER BY r.order_id, r.id`,
  },
];

/** Here the real data has the day that tells, or nothing has to be made up for the difference. */
const NOT_INNOCENT = new Set([
  'a day in a time zone with daylight saving, as a constant',
  'sums of floating-point numbers',
  'a maximum of no rows',
  'the next page',
]);

describe('a rewrite that innocent data does not give away', () => {
  test.each(PAIRS.filter(({ wrong }) => wrong !== undefined))(
    '$title',
    async ({ title, original, wrong = '', sets }) => {
      const verdict = await compare(original, wrong, sets);
      const state = NOT_INNOCENT.has(title) ? /./ : /^shop\.|made-up/;
      expect(verdict).toMatchObject({
        verdict: 'differs',
        counterExample: { state: expect.stringMatching(state) },
      });
    },
  );
});

describe('a right rewrite is the same', () => {
  test.each(PAIRS.filter(({ right }) => right !== undefined))(
    '$title',
    async ({ original, right = '', sets }) => {
      const verdict = await compare(original, right, sets);
      expect(verdict).toMatchObject({ verdict: 'same' });
      expect(verdict.checks.withRows).toBeGreaterThan(5);
    },
  );
});

describe('what cannot be compared is not called the same', () => {
  test.each<[title: string, original: string, rewrite: string, reason: RegExp]>([
    [
      'a volatile function',
      'SELECT id, random() FROM shop.orders',
      'SELECT id, random() FROM shop.orders',
      /random\(\), which is volatile/,
    ],
    [
      'LIMIT among ties',
      'SELECT id, level FROM shop.customers ORDER BY level LIMIT 10',
      'SELECT id, level FROM shop.customers ORDER BY level, id DESC LIMIT 10',
      /chooses among rows that are equal/,
    ],
    [
      'an aggregate in the order of rows',
      'SELECT string_agg(name, $$,$$) FROM shop.customers',
      'SELECT string_agg(name, $$,$$ ORDER BY id) FROM shop.customers',
      /string_agg\(\) without a total order/,
    ],
    [
      'a rewrite that leaves open what the original fixes',
      'SELECT id FROM shop.customers ORDER BY id LIMIT 5',
      'SELECT id FROM (SELECT id FROM shop.customers ORDER BY id LIMIT 5) AS first',
      /the rewrite leaves its result open: it has no ORDER BY/,
    ],
    [
      'an error on all data',
      'SELECT 1 / (id - id) AS x FROM shop.customers',
      'SELECT id AS x FROM shop.customers',
      /raises an error wherever/,
    ],
    [
      'no row on any data',
      'SELECT id FROM shop.customers WHERE false',
      'SELECT id FROM shop.customers WHERE id < id',
      /returns no row/,
    ],
    [
      'rows of the real data alone',
      'SELECT status FROM shop.orders GROUP BY status HAVING count(*) > 1000',
      'SELECT status FROM shop.orders GROUP BY status HAVING count(note) > 1000',
      /returns no row on any made-up state/,
    ],
  ])('%s', async (_, original, rewrite, reason) => {
    expect(await compare(original, rewrite)).toMatchObject({
      verdict: 'incomparable',
      reason: expect.stringMatching(reason),
    });
  });

  test('LIMIT among ties still has a number of rows and sort keys', async () => {
    const original = 'SELECT id, level FROM shop.customers ORDER BY level LIMIT 10';
    expect(
      await compare(original, 'SELECT id, level FROM shop.customers ORDER BY level DESC LIMIT 10'),
    ).toMatchObject({
      verdict: 'differs',
      counterExample: { difference: 'rows in another order' },
    });
  });

  test('a statement that multiplies its tables is given up', async () => {
    const original = `SELECT count(*) FROM ${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => `shop.returns ${name}`).join(', ')}`;
    const rewrite = original.replace('count(*)', 'count(a.id) AS count');
    const verdict = await compare(original, rewrite);
    expect(verdict).toMatchObject({
      verdict: 'incomparable',
      reason: expect.stringMatching(/take too long/),
      checks: { timedOut: 3 },
    });
  });

  test('columns are compared by name and type, and an order that the original has', async () => {
    const original = 'SELECT id, level FROM shop.customers ORDER BY id';
    const differences = [
      ['SELECT id, level AS l FROM shop.customers ORDER BY id', 'column 2 is named l instead of level'],
      ['SELECT id, level::bigint FROM shop.customers ORDER BY id', 'column level has another type'],
      ['SELECT id FROM shop.customers ORDER BY id', '1 columns instead of 2'],
      ['SELECT id, level FROM shop.customers ORDER BY id DESC', 'rows in another order'],
      [
        'SELECT id, level FROM shop.nothing ORDER BY id',
        'the rewrite raises: relation "shop.nothing" does not exist',
      ],
    ];
    for (const [rewrite = '', difference] of differences)
      expect(await compare(original, rewrite)).toMatchObject({
        verdict: 'differs',
        counterExample: { difference },
      });
  });

  test('the same check says the same again, and leaves the sandbox as it was', async () => {
    const [pair] = PAIRS;
    const first = await compare(pair!.original, pair!.wrong!);
    expect(await compare(pair!.original, pair!.wrong!)).toEqual(first);
    expect(first).toMatchObject({ counterExample: { state: 'shop.returns.order_id is NULL in some rows' } });
  });
});
