import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** The key is selected: no row is there twice. */
export const rewriteDistinctKey: Problem = {
  name: 'rewrite-distinct-key',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.books (id bigint PRIMARY KEY, title text NOT NULL, year integer NOT NULL);
    INSERT INTO app.books SELECT n, 'A book about ' || md5(n::text), 1900 + ${pick(120, 1)} FROM generate_series(1, 200000) n;`,
  query: 'SELECT count(*) FROM (SELECT DISTINCT id, title, year FROM app.books WHERE year < 2010) AS old',
  reference: {
    rewrite: 'SELECT count(*) FROM (SELECT id, title, year FROM app.books WHERE year < 2010) AS old',
    saves: 0.5,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'index+rewrite', 'rewrite+setting'],
    mutations: ['DELETE FROM app.books'],
  },
};
