import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** EXISTS beside OR becomes no join: the subquery runs for every row. */
export const rewriteExistsOr: Problem = {
  name: 'rewrite-exists-or',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.users (id integer PRIMARY KEY, name text NOT NULL, invited_by integer);
    CREATE TABLE app.flags (user_id integer NOT NULL, flag text NOT NULL, PRIMARY KEY (flag, user_id));
    INSERT INTO app.users SELECT n, 'user ' || n, CASE WHEN n % 2 = 0 THEN ${pick(20_000, 1)} END FROM generate_series(1, 150000) n;
    INSERT INTO app.flags SELECT n, 'flag ' || n % 1000 FROM generate_series(1, 100000) n;
    CREATE INDEX users_invited_by_idx ON app.users (invited_by);`,
  query: `SELECT u.id, u.name FROM app.users u
WHERE u.invited_by = 4711 OR EXISTS (SELECT 1 FROM app.flags f WHERE f.user_id = u.id AND f.flag = 'flag 7')`,
  reference: {
    rewrite: `SELECT u.id, u.name FROM app.users u WHERE u.invited_by = 4711
       UNION ALL
       SELECT u.id, u.name FROM app.users u
       WHERE EXISTS (SELECT 1 FROM app.flags f WHERE f.user_id = u.id AND f.flag = 'flag 7')
         AND (u.invited_by = 4711) IS NOT TRUE`,
    saves: 0.7,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'index+rewrite'],
    mutations: [
      'UPDATE app.users SET invited_by = 4711 WHERE id % 1000 = 7',
      'UPDATE app.users SET invited_by = NULL',
      'DELETE FROM app.flags',
    ],
  },
};
