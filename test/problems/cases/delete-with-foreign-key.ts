import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** The time goes to the check of the referencing table, which the plan of the DELETE does not show. */
export const deleteWithForeignKey: Problem = {
  name: 'delete-with-foreign-key',
  sort: 'write',
  setup: `
    CREATE TABLE app.authors (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE app.books (id bigint PRIMARY KEY, author_id integer NOT NULL REFERENCES app.authors ON DELETE CASCADE, title text NOT NULL);
    INSERT INTO app.authors SELECT n, 'author ' || n FROM generate_series(1, 20000) n;
    INSERT INTO app.books SELECT n, 1 + ${pick(20_000, 1)}, 'book ' || n || repeat('x', 60) FROM generate_series(1, 200000) n;`,
  query: 'DELETE FROM app.authors WHERE id IN (17, 4711)',
  reference: { sql: ['CREATE INDEX ON app.books (author_id)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'], indexes: [/ON app\.books USING \w+ \(author_id/] },
};
