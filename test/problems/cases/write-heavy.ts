import { pick } from '../data.ts';
import { NO, type Problem } from '../problem.ts';

/** Each row is written all the time, in place; an index on what is written would end that for a glance at a small table. */
export const writeHeavy: Problem = {
  name: 'write-heavy',
  sort: 'limit',
  setup: `
    CREATE TABLE app.sessions (id bigint PRIMARY KEY, user_id integer NOT NULL, seen_at timestamp NOT NULL)
      WITH (fillfactor = 40, autovacuum_enabled = off);
    INSERT INTO app.sessions SELECT n, ${pick(20_000, 1)}, timestamp '2026-01-01' + n * interval '1 second' FROM generate_series(1, 4000) n;
    DO $$
    BEGIN
      FOR round IN 1..40 LOOP
        UPDATE app.sessions SET seen_at = seen_at + interval '1 minute';
      END LOOP;
    END $$;`,
  settle: ['VACUUM (ANALYZE) app.sessions'],
  query: `SELECT count(*) FROM app.sessions WHERE seen_at > timestamp '2026-01-01 01:40'`,
  fields: ['**Constraint**: write-heavy table, about 5,000 updates a second and one such query an hour'],
  reference: null,
  expect: { outcomes: NO, kinds: ['none'] },
};
