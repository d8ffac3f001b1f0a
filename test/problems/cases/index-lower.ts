import { BUILT, type Problem } from '../problem.ts';

/** Addresses are compared without case; the index on the column does not serve that. */
export const indexLower: Problem = {
  name: 'index-lower',
  sort: 'index',
  setup: `
    CREATE TABLE app.users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
    INSERT INTO app.users SELECT n, 'User' || n || '@Example.com' FROM generate_series(1, 200000) n;`,
  query: 'SELECT id, email FROM app.users WHERE lower(email) = $1',
  params: [['user4711@example.com'], ['nobody@example.com']],
  reference: { sql: ['CREATE INDEX ON app.users (lower(email))', 'ANALYZE app.users'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'], indexes: [/\(lower\(email\)/] },
};
