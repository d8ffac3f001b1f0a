import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Constants tell the halves apart, keys the rows of each: there is nothing to take away. */
export const rewriteUnionAll: Problem = {
  name: 'rewrite-union-all',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.orders (id bigint PRIMARY KEY, note text NOT NULL, total integer NOT NULL);
    CREATE TABLE app.returns (id bigint PRIMARY KEY, note text NOT NULL, total integer NOT NULL);
    INSERT INTO app.orders SELECT n, 'order ' || md5(n::text), ${pick(500, 1)} FROM generate_series(1, 150000) n;
    INSERT INTO app.returns SELECT n, 'return ' || md5(n::text), ${pick(500, 2)} FROM generate_series(1, 50000) n;`,
  query: `SELECT count(*), sum(total) FROM (
  SELECT 'order' AS kind, id, note, total FROM app.orders
  UNION
  SELECT 'return' AS kind, id, note, total FROM app.returns) AS both_kinds`,
  reference: {
    rewrite: `SELECT count(*), sum(total) FROM (
      SELECT 'order' AS kind, id, note, total FROM app.orders
      UNION ALL
      SELECT 'return' AS kind, id, note, total FROM app.returns) AS both_kinds`,
    saves: 0.5,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'rewrite+setting'],
    mutations: [
      `UPDATE app.returns SET note = 'order ' || md5(id::text), total = (SELECT total FROM app.orders o WHERE o.id = app.returns.id)`,
    ],
  },
};
