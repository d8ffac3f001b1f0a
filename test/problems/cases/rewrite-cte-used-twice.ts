import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Nobody wrote MATERIALIZED: using it twice is enough. */
export const rewriteCteUsedTwice: Problem = {
  name: 'rewrite-cte-used-twice',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, state text NOT NULL, total integer NOT NULL);
    INSERT INTO app.orders
    SELECT n, ${pick(30_000, 1)}, CASE WHEN n % 5 = 0 THEN 'cancelled' ELSE 'paid' END, ${pick(500, 2)} FROM generate_series(1, 250000) n;
    CREATE INDEX orders_customer_id_idx ON app.orders (customer_id);`,
  query: `WITH paid AS (SELECT id, customer_id, total FROM app.orders WHERE state = 'paid')
SELECT a.id, a.total, b.total AS other FROM paid a JOIN paid b ON b.customer_id = a.customer_id AND b.id > a.id
WHERE a.customer_id = 4711`,
  reference: {
    rewrite: `WITH paid AS NOT MATERIALIZED (SELECT id, customer_id, total FROM app.orders WHERE state = 'paid')
       SELECT a.id, a.total, b.total AS other FROM paid a JOIN paid b ON b.customer_id = a.customer_id AND b.id > a.id
       WHERE a.customer_id = 4711`,
    saves: 0.8,
  },
  expect: { outcomes: ADOPTED, kinds: ['rewrite'], mutations: [`UPDATE app.orders SET state = 'paid'`] },
};
