import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** The key has the column, behind one of 80,000 values: to skip from one to the next is to read it all. */
export const skipScanTooMany: Problem = {
  name: 'skip-scan-too-many',
  sort: 'index',
  setup: `
    CREATE TABLE app.orders (id integer PRIMARY KEY, ordered_on date NOT NULL);
    CREATE TABLE app.lines (
      order_id integer NOT NULL REFERENCES app.orders, product_id integer NOT NULL, amount integer NOT NULL, discount integer NOT NULL,
      PRIMARY KEY (order_id, product_id));
    INSERT INTO app.orders SELECT n, date '2026-01-01' + ${pick(600, 1)} FROM generate_series(1, 80000) n;
    INSERT INTO app.lines
    SELECT 1 + n / 3, n % 3 * 300 + ${pick(300, 2)}, ${pick(9, 3)}, ${pick(30, 4)} FROM generate_series(0, 239999) n;`,
  query: `SELECT l.order_id, o.ordered_on, l.amount FROM app.lines l JOIN app.orders o ON o.id = l.order_id
WHERE l.product_id = 442 AND l.discount > 20 ORDER BY o.ordered_on DESC, l.order_id LIMIT 50`,
  ordered: true,
  reference: { sql: ['CREATE INDEX ON app.lines (product_id, discount)'], saves: 0.7 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
