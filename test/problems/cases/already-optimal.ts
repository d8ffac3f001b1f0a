import { pick } from '../data.ts';
import type { Problem } from '../problem.ts';

export const alreadyOptimal: Problem = {
  name: 'already-optimal',
  sort: 'honest no',
  setup: `
    CREATE TABLE app.users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, city text NOT NULL);
    INSERT INTO app.users SELECT n, 'user' || n || '@example.com', 'city ' || ${pick(90, 1)} FROM generate_series(1, 100000) n;`,
  query: `SELECT id, city FROM app.users WHERE email = 'user4711@example.com'`,
  reference: null,
  expect: { outcomes: ['already-met'], kinds: ['none'] },
};
