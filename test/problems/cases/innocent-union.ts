import { ADOPTED, BUILT, NO, type Problem } from '../problem.ts';

/** No name is there twice today, and nothing forbids it. */
export const innocentUnion: Problem = {
  name: 'innocent-union',
  sort: 'innocent data',
  setup: `
    CREATE TABLE app.customers (id bigint PRIMARY KEY, name text NOT NULL);
    CREATE TABLE app.suppliers (id bigint PRIMARY KEY, name text NOT NULL);
    INSERT INTO app.customers SELECT n, 'customer ' || md5(n::text) FROM generate_series(1, 80000) n;
    INSERT INTO app.suppliers SELECT n, 'supplier ' || md5(n::text) FROM generate_series(1, 40000) n;`,
  query: `SELECT count(*) FROM (
  SELECT name FROM app.customers UNION SELECT name FROM app.suppliers) AS partners`,
  reference: null,
  expect: {
    outcomes: [...NO, ...ADOPTED, ...BUILT],
    kinds: ['none', 'setting', 'index', 'rewrite', 'index+rewrite', 'rewrite+setting'],
    mutations: [
      `INSERT INTO app.suppliers SELECT -id, name FROM app.customers WHERE id < 100`,
      `UPDATE app.customers SET name = 'same' WHERE id < 100`,
    ],
  },
};
