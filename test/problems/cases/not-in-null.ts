import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** One NULL in the inner set empties the result: NOT EXISTS would be something else. With more memory it is a hash. */
export const notInNull: Problem = {
  name: 'not-in-null',
  sort: 'other lever',
  settings: { work_mem: '1MB' },
  setup: `
    CREATE TABLE app.customers (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE app.visits (id bigint PRIMARY KEY, customer_id integer);
    INSERT INTO app.customers SELECT n, 'customer ' || n FROM generate_series(1, 200) n;
    INSERT INTO app.visits
    SELECT n, CASE WHEN n < 100000 THEN 21 + ${pick(180, 1)} + 1000 * ${pick(50, 2)} END FROM generate_series(1, 100000) n;`,
  query: 'SELECT id, name FROM app.customers WHERE id NOT IN (SELECT customer_id FROM app.visits)',
  reference: { settings: { work_mem: '64MB' }, saves: 0.8 },
  expect: {
    outcomes: ADOPTED,
    kinds: ['setting', 'rewrite', 'rewrite+setting', 'index+rewrite'],
    mutations: [
      'DELETE FROM app.visits',
      'DELETE FROM app.visits WHERE customer_id IS NULL',
      'DELETE FROM app.visits WHERE customer_id IS NOT NULL',
    ],
  },
};
