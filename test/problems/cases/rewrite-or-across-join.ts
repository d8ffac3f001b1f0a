import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** OR of conditions on two tables: both have their index, and neither is used. */
export const rewriteOrAcrossJoin: Problem = {
  name: 'rewrite-or-across-join',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.customers (id integer PRIMARY KEY, email text NOT NULL);
    CREATE TABLE app.orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, reference text);
    INSERT INTO app.customers SELECT n, 'user' || n || '@example.com' FROM generate_series(1, 50000) n;
    INSERT INTO app.orders SELECT n, 1 + ${pick(50_000, 1)}, CASE WHEN n % 7 > 0 THEN 'ref ' || n END FROM generate_series(1, 200000) n;
    CREATE INDEX customers_email_idx ON app.customers (email);
    CREATE INDEX orders_customer_id_idx ON app.orders (customer_id);
    CREATE INDEX orders_reference_idx ON app.orders (reference);`,
  query: `SELECT o.id, o.reference, c.email FROM app.orders o JOIN app.customers c ON c.id = o.customer_id
WHERE c.email = 'user4711@example.com' OR o.reference = 'ref 12345'`,
  reference: {
    rewrite: `SELECT o.id, o.reference, c.email FROM app.orders o JOIN app.customers c ON c.id = o.customer_id
       WHERE c.email = 'user4711@example.com'
       UNION ALL
       SELECT o.id, o.reference, c.email FROM app.orders o JOIN app.customers c ON c.id = o.customer_id
       WHERE o.reference = 'ref 12345' AND (c.email = 'user4711@example.com') IS NOT TRUE`,
    saves: 0.8,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'index+rewrite'],
    mutations: [
      `UPDATE app.orders SET reference = 'ref 12345' WHERE customer_id = 4711`,
      'UPDATE app.orders SET reference = NULL WHERE customer_id = 4711',
      `UPDATE app.customers SET email = 'user4711@example.com' WHERE id < 100`,
    ],
  },
};
