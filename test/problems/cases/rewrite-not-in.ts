import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** The inner set does not fit into the memory of a hash, so that it is walked for each outer row. */
export const rewriteNotIn: Problem = {
  name: 'rewrite-not-in',
  sort: 'rewrite',
  settings: { work_mem: '1MB' },
  setup: `
    CREATE TABLE app.customers (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE app.visits (id bigint PRIMARY KEY, customer_id integer NOT NULL);
    INSERT INTO app.customers SELECT n, 'customer ' || n FROM generate_series(1, 200) n;
    INSERT INTO app.visits SELECT n, 21 + ${pick(180, 1)} + 1000 * ${pick(50, 2)} FROM generate_series(1, 100000) n;`,
  query: 'SELECT id, name FROM app.customers WHERE id NOT IN (SELECT customer_id FROM app.visits)',
  reference: {
    rewrite:
      'SELECT id, name FROM app.customers c WHERE NOT EXISTS (SELECT FROM app.visits v WHERE v.customer_id = c.id)',
    saves: 0.8,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'setting', 'index+rewrite', 'rewrite+setting'],
    mutations: ['DELETE FROM app.visits', 'DELETE FROM app.customers'],
  },
};
