import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** MATERIALIZED computes the totals of all customers to show one. */
export const rewriteCteFence: Problem = {
  name: 'rewrite-cte-fence',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, total integer NOT NULL);
    INSERT INTO app.orders SELECT n, ${pick(30_000, 1)}, ${pick(500, 2)} FROM generate_series(1, 200000) n;
    CREATE INDEX orders_customer_id_idx ON app.orders (customer_id);`,
  query: `WITH totals AS MATERIALIZED (
  SELECT customer_id, count(*) AS orders, sum(total) AS total FROM app.orders GROUP BY customer_id)
SELECT customer_id, orders, total FROM totals WHERE customer_id = $1`,
  params: [[4711], [-1]],
  reference: {
    rewrite: `WITH totals AS NOT MATERIALIZED (
       SELECT customer_id, count(*) AS orders, sum(total) AS total FROM app.orders GROUP BY customer_id)
       SELECT customer_id, orders, total FROM totals WHERE customer_id = $1`,
    saves: 0.8,
  },
  expect: { outcomes: ADOPTED, kinds: ['rewrite'], mutations: ['DELETE FROM app.orders'] },
};
