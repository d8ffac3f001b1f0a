import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** The join multiplies the customers, and DISTINCT takes the copies away again. */
export const rewriteDistinctJoin: Problem = {
  name: 'rewrite-distinct-join',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.customers (id integer PRIMARY KEY, name text NOT NULL, city text NOT NULL);
    CREATE TABLE app.orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, total integer NOT NULL);
    INSERT INTO app.customers SELECT n, 'customer ' || n, 'city ' || n % 100 FROM generate_series(1, 5000) n;
    INSERT INTO app.orders SELECT n, 1 + ${pick(4_900, 1)}, ${pick(500, 2)} FROM generate_series(1, 300000) n;
    CREATE INDEX orders_customer_id_idx ON app.orders (customer_id);`,
  query: `SELECT DISTINCT c.id, c.name, c.city FROM app.customers c JOIN app.orders o ON o.customer_id = c.id`,
  reference: {
    rewrite: `SELECT c.id, c.name, c.city FROM app.customers c
       WHERE EXISTS (SELECT FROM app.orders o WHERE o.customer_id = c.id)`,
    saves: 0.7,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'index+rewrite'],
    mutations: [
      'DELETE FROM app.orders WHERE customer_id % 2 = 0',
      'DELETE FROM app.customers WHERE id > 10',
    ],
  },
};
