import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** An aggregate for each row of the list: the inner table is read 16,000 times. */
export const rewriteCorrelatedSum: Problem = {
  name: 'rewrite-correlated-sum',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.customers (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE app.orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, total integer, note text NOT NULL);
    INSERT INTO app.customers SELECT n, 'customer ' || n FROM generate_series(1, 8000) n;
    INSERT INTO app.orders
    SELECT n, 1 + ${pick(7_500, 1)}, nullif(${pick(500, 2)}, 0), repeat('x', 40) FROM generate_series(1, 120000) n;
    CREATE INDEX orders_customer_id_idx ON app.orders (customer_id);`,
  query: `SELECT c.id, c.name,
       (SELECT count(*) FROM app.orders o WHERE o.customer_id = c.id) AS orders,
       (SELECT sum(o.total) FROM app.orders o WHERE o.customer_id = c.id) AS total
FROM app.customers c`,
  reference: {
    rewrite: `SELECT c.id, c.name, COALESCE(o.orders, 0) AS orders, o.total FROM app.customers c
       LEFT JOIN (SELECT customer_id, count(*) AS orders, sum(total) AS total FROM app.orders GROUP BY customer_id) o
       ON o.customer_id = c.id`,
    saves: 0.4,
  },
  expect: {
    outcomes: [...ADOPTED, ...BUILT],
    kinds: ['rewrite', 'index', 'index+rewrite'],
    mutations: ['DELETE FROM app.orders', 'UPDATE app.orders SET total = NULL', 'DELETE FROM app.customers'],
  },
};
