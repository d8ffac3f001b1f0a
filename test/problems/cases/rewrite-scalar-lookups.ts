import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Three lookups of one row, for each row of the list. */
export const rewriteScalarLookups: Problem = {
  name: 'rewrite-scalar-lookups',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.products (id integer PRIMARY KEY, name text NOT NULL, price integer, weight integer);
    CREATE TABLE app.lines (id bigint PRIMARY KEY, product_id integer, amount integer NOT NULL);
    INSERT INTO app.products SELECT n, 'product ' || n, ${pick(900, 1)}, nullif(n % 10, 0) FROM generate_series(1, 20000) n;
    INSERT INTO app.lines SELECT n, 1 + ${pick(21_000, 2)}, ${pick(9, 3)} FROM generate_series(1, 40000) n;`,
  query: `SELECT count(*), sum(price) AS price, sum(weight) AS weight, count(DISTINCT left(name, 9)) AS names FROM (
  SELECT l.id,
         (SELECT p.name FROM app.products p WHERE p.id = l.product_id) AS name,
         (SELECT p.price FROM app.products p WHERE p.id = l.product_id) AS price,
         (SELECT p.weight FROM app.products p WHERE p.id = l.product_id) AS weight
  FROM app.lines l) AS listed`,
  reference: {
    rewrite: `SELECT count(*), sum(price) AS price, sum(weight) AS weight, count(DISTINCT left(name, 9)) AS names FROM (
      SELECT l.id, p.name, p.price, p.weight FROM app.lines l LEFT JOIN app.products p ON p.id = l.product_id) AS listed`,
    saves: 0.4,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'index+rewrite'],
    mutations: [
      'UPDATE app.lines SET product_id = NULL WHERE id % 3 = 0',
      'DELETE FROM app.products WHERE id % 2 = 0',
    ],
  },
};
