import type { Problem } from '../problem.ts';

/** A SELECT that is no question. */
export const hostileFunction: Problem = {
  name: 'hostile-function',
  sort: 'honest no',
  setup: `
    CREATE TABLE app.users (id bigint PRIMARY KEY, name text NOT NULL);
    INSERT INTO app.users SELECT n, 'user ' || n FROM generate_series(1, 20000) n;
    CREATE FUNCTION app.clean_up(id bigint) RETURNS bigint LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM app.users u WHERE u.id = clean_up.id;
      RETURN id;
    END $$;`,
  query: 'SELECT name, app.clean_up(id), pg_terminate_backend(pid) FROM app.users, pg_stat_activity',
  reference: null,
  expect: { outcomes: ['refused'], kinds: ['none'], reasonCodes: ['unsafe-function', 'statement-writes'] },
};
