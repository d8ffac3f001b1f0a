import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Counts all rows of a customer to see whether there is one. */
export const rewriteCountExists: Problem = {
  name: 'rewrite-count-exists',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.customers (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE app.events (id bigint PRIMARY KEY, customer_id integer NOT NULL, kind integer NOT NULL);
    INSERT INTO app.customers SELECT n, 'customer ' || n FROM generate_series(1, 400) n;
    INSERT INTO app.events SELECT n, 1 + ${pick(300, 1)}, ${pick(3, 2)} FROM generate_series(1, 250000) n;
    CREATE INDEX events_customer_id_idx ON app.events (customer_id);`,
  query: `SELECT c.id, c.name FROM app.customers c
WHERE (SELECT count(*) FROM app.events e WHERE e.customer_id = c.id) > 0`,
  reference: {
    rewrite: `SELECT c.id, c.name FROM app.customers c
       WHERE EXISTS (SELECT FROM app.events e WHERE e.customer_id = c.id)`,
    saves: 0.6,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'index+rewrite'],
    mutations: ['DELETE FROM app.events', 'DELETE FROM app.events WHERE customer_id < 100'],
  },
};
