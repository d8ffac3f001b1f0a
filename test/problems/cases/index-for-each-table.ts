import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** An index on one table leaves the scan of the other. */
export const indexForEachTable: Problem = {
  name: 'index-for-each-table',
  sort: 'index',
  setup: `
    CREATE TABLE app.orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, note text NOT NULL);
    CREATE TABLE app.lines (id bigint PRIMARY KEY, order_id bigint NOT NULL, sku text NOT NULL, amount integer NOT NULL);
    INSERT INTO app.orders SELECT n, ${pick(10_000, 1)}, repeat('x', 60) FROM generate_series(1, 100000) n;
    INSERT INTO app.lines SELECT n, 1 + ${pick(100_000, 2)}, 'sku ' || ${pick(500, 3)}, ${pick(9, 4)} FROM generate_series(1, 250000) n;`,
  query: `SELECT o.id, l.sku, l.amount FROM app.orders o JOIN app.lines l ON l.order_id = o.id
WHERE o.customer_id = $1`,
  params: [[4711]],
  reference: {
    sql: ['CREATE INDEX ON app.orders (customer_id)', 'CREATE INDEX ON app.lines (order_id)'],
    saves: 0.8,
  },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
