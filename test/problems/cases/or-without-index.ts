import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Only the halves of the OR can use indexes, and one of these is missing. */
export const orWithoutIndex: Problem = {
  name: 'or-without-index',
  sort: 'index and rewrite',
  setup: `
    CREATE TABLE app.customers (id integer PRIMARY KEY, email text NOT NULL UNIQUE);
    CREATE TABLE app.orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, reference text NOT NULL);
    INSERT INTO app.customers SELECT n, 'user' || n || '@example.com' FROM generate_series(1, 50000) n;
    INSERT INTO app.orders SELECT n, 1 + ${pick(50_000, 1)}, 'ref ' || n FROM generate_series(1, 200000) n;
    CREATE INDEX orders_customer_id_idx ON app.orders (customer_id);`,
  query: `SELECT o.id, c.email FROM app.orders o JOIN app.customers c ON c.id = o.customer_id
WHERE c.email = $1 OR o.reference = $2`,
  params: [
    ['user4711@example.com', 'ref 12345'],
    ['nobody@example.com', 'ref 7'],
  ],
  reference: {
    sql: ['CREATE INDEX ON app.orders (reference)'],
    rewrite: `SELECT o.id, c.email FROM app.orders o JOIN app.customers c ON c.id = o.customer_id WHERE c.email = $1
       UNION ALL
       SELECT o.id, c.email FROM app.orders o JOIN app.customers c ON c.id = o.customer_id
       WHERE o.reference = $2 AND (c.email = $1) IS NOT TRUE`,
    saves: 0.8,
  },
  expect: {
    outcomes: [...ADOPTED, 'proven'],
    kinds: ['index+rewrite'],
    mutations: [`UPDATE app.orders SET reference = 'ref 12345' WHERE customer_id = 4711`],
  },
};
