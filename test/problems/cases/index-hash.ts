import { BUILT, type Problem } from '../problem.ts';

/** Values that are too long for an entry of a B-tree. */
export const indexHash: Problem = {
  name: 'index-hash',
  sort: 'index',
  setup: `
    CREATE TABLE app.tokens (id bigint PRIMARY KEY, token text NOT NULL);
    ALTER TABLE app.tokens ALTER token SET STORAGE EXTERNAL;
    INSERT INTO app.tokens
    SELECT n, (SELECT string_agg(md5(n || ' ' || part), '') FROM generate_series(1, 100) part)
      FROM generate_series(1, 8000) n;`,
  query: 'SELECT id FROM app.tokens WHERE token = (SELECT token FROM app.tokens WHERE id = 4711)',
  reference: { sql: ['CREATE INDEX ON app.tokens USING hash (token)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
