import { BUILT, type Problem } from '../problem.ts';

/** A word in the middle, without case: trigrams, whose extension has to come first. */
export const indexTrigram: Problem = {
  name: 'index-trigram',
  sort: 'index',
  setup: `
    CREATE TABLE app.articles (id bigint PRIMARY KEY, title text NOT NULL);
    INSERT INTO app.articles
    SELECT n, 'On ' || md5(n::text) || CASE WHEN n % 5000 = 0 THEN ' Hummingbirds ' ELSE ' and ' END || md5((-n)::text)
      FROM generate_series(1, 150000) n;`,
  query: `SELECT id, title FROM app.articles WHERE title ILIKE '%hummingbird%'`,
  reference: {
    sql: ['CREATE EXTENSION pg_trgm', 'CREATE INDEX ON app.articles USING gin (title gin_trgm_ops)'],
    saves: 0.8,
  },
  expect: { outcomes: BUILT, kinds: ['index'], indexes: [/_trgm_ops/] },
};
