import { pick } from '../data.ts';
import { ADOPTED, NO, type Problem } from '../problem.ts';

/** The condition lets nearly everything through: an index on it saves less than the noise. */
export const mostRows: Problem = {
  name: 'most-rows',
  sort: 'honest no',
  setup: `
    CREATE TABLE app.members (id bigint PRIMARY KEY, state text NOT NULL, points integer NOT NULL, name text NOT NULL);
    INSERT INTO app.members
    SELECT n, CASE WHEN ${pick(50, 1)} = 0 THEN 'left' ELSE 'active' END, ${pick(9_000, 2)}, 'member ' || md5(n::text)
      FROM generate_series(1, 250000) n;`,
  query: `SELECT count(*), sum(points), max(length(name)) FROM app.members WHERE state = 'active'`,
  reference: null,
  expect: { outcomes: [...NO, ...ADOPTED], kinds: ['none', 'setting'] },
};
