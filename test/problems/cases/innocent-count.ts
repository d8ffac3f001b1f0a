import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** count(column) does not count NULL. Today there is none, but there may be. */
export const innocentCount: Problem = {
  name: 'innocent-count',
  sort: 'innocent data',
  setup: `
    CREATE TABLE app.customers (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE app.calls (id bigint PRIMARY KEY, customer_id integer NOT NULL, ended_at timestamp);
    INSERT INTO app.customers SELECT n, 'customer ' || n FROM generate_series(1, 400) n;
    INSERT INTO app.calls
    SELECT n, 1 + ${pick(300, 1)}, timestamp '2026-01-01' + n * interval '1 minute' FROM generate_series(1, 200000) n;
    CREATE INDEX calls_customer_id_idx ON app.calls (customer_id);`,
  query: `SELECT c.id, c.name FROM app.customers c
WHERE (SELECT count(k.ended_at) FROM app.calls k WHERE k.customer_id = c.id) > 0`,
  reference: {
    rewrite: `SELECT c.id, c.name FROM app.customers c
       WHERE EXISTS (SELECT FROM app.calls k WHERE k.customer_id = c.id AND k.ended_at IS NOT NULL)`,
    saves: 0.8,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'index+rewrite'],
    mutations: [
      'UPDATE app.calls SET ended_at = NULL',
      'UPDATE app.calls SET ended_at = NULL WHERE customer_id < 50',
    ],
  },
};
