import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** The last order of each customer, as everybody writes it: the index alone is still read whole. */
export const latestPerGroupWithoutIndex: Problem = {
  name: 'latest-per-group-without-index',
  sort: 'index and rewrite',
  setup: `
    CREATE TABLE app.customers (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE app.orders (
      id bigint PRIMARY KEY, customer_id integer NOT NULL REFERENCES app.customers, ordered_at timestamp NOT NULL, note text NOT NULL);
    INSERT INTO app.customers SELECT n, 'customer ' || n FROM generate_series(1, 300) n;
    INSERT INTO app.orders
    SELECT n, 1 + ${pick(290, 1)}, timestamp '2026-01-01' + ${pick(500_000, 2)} * interval '1 minute', repeat('x', 80)
      FROM generate_series(1, 200000) n;`,
  query: `SELECT DISTINCT ON (o.customer_id) o.customer_id, o.id, o.ordered_at, o.note
FROM app.orders o ORDER BY o.customer_id, o.ordered_at DESC, o.id DESC`,
  ordered: true,
  reference: {
    sql: ['CREATE INDEX ON app.orders (customer_id, ordered_at DESC, id DESC)'],
    rewrite: `SELECT o.customer_id, o.id, o.ordered_at, o.note FROM app.customers c CROSS JOIN LATERAL (
       SELECT * FROM app.orders o WHERE o.customer_id = c.id ORDER BY o.ordered_at DESC, o.id DESC LIMIT 1) o
       ORDER BY o.customer_id`,
    saves: 0.8,
  },
  expect: {
    outcomes: [...ADOPTED, ...BUILT],
    kinds: ['index+rewrite'],
    mutations: [
      `UPDATE app.orders SET ordered_at = '2026-05-05'`,
      'DELETE FROM app.orders WHERE customer_id < 50',
    ],
  },
};
