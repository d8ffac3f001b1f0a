import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

export const indexFullText: Problem = {
  name: 'index-full-text',
  sort: 'index',
  setup: `
    CREATE TABLE app.posts (id bigint PRIMARY KEY, body text NOT NULL);
    INSERT INTO app.posts
    SELECT n, 'The word' || ${pick(3_000, 1)} || ' and the word' || ${pick(3_000, 2)} || ' were running home'
      FROM generate_series(1, 25000) n;`,
  query: `SELECT id, body FROM app.posts
WHERE to_tsvector('english', body) @@ to_tsquery('english', 'word77 & run')`,
  reference: {
    sql: [`CREATE INDEX ON app.posts USING gin (to_tsvector('english', body))`, 'ANALYZE app.posts'],
    saves: 0.8,
  },
  expect: { outcomes: BUILT, kinds: ['index'], indexes: [/USING gi(n|st)/] },
};
