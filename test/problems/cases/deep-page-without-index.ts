import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** All rows are sorted, with all that is in them, for a page far behind. */
export const deepPageWithoutIndex: Problem = {
  name: 'deep-page-without-index',
  sort: 'index and rewrite',
  setup: `
    CREATE TABLE app.photos (id bigint PRIMARY KEY, taken_at timestamp NOT NULL, caption text NOT NULL);
    INSERT INTO app.photos
    SELECT n, timestamp '2026-01-01' + ${pick(50_000_000, 1)} * interval '1 second', repeat('x', 300) FROM generate_series(1, 120000) n;`,
  query: 'SELECT id, taken_at, caption FROM app.photos ORDER BY taken_at DESC, id DESC LIMIT 20 OFFSET 30000',
  ordered: true,
  reference: {
    sql: ['CREATE INDEX ON app.photos (taken_at, id)'],
    rewrite: `SELECT p.id, p.taken_at, p.caption FROM (
        SELECT id FROM app.photos ORDER BY taken_at DESC, id DESC LIMIT 20 OFFSET 30000) AS page
       JOIN app.photos p ON p.id = page.id ORDER BY p.taken_at DESC, p.id DESC`,
    saves: 0.7,
  },
  expect: {
    outcomes: [...ADOPTED, ...BUILT],
    kinds: ['index', 'index+rewrite'],
    mutations: [
      `UPDATE app.photos SET taken_at = '2026-02-02' WHERE id % 2 = 0`,
      'DELETE FROM app.photos WHERE id > 20000',
    ],
  },
};
