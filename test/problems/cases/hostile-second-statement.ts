import type { Problem } from '../problem.ts';

export const hostileSecondStatement: Problem = {
  name: 'hostile-second-statement',
  sort: 'honest no',
  setup: `
    CREATE TABLE app.users (id bigint PRIMARY KEY, name text NOT NULL);
    INSERT INTO app.users SELECT n, 'user ' || n FROM generate_series(1, 20000) n;`,
  query: `SELECT id FROM app.users WHERE name = 'user 7'; DROP TABLE app.users`,
  reference: null,
  expect: { outcomes: ['refused'], kinds: ['none'], reasonCodes: ['several-statements'] },
};
