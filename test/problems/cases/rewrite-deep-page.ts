import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** Page 2,000: a keyset would be another interface; to skip in the index alone is exact. */
export const rewriteDeepPage: Problem = {
  name: 'rewrite-deep-page',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.posts (id bigint PRIMARY KEY, created_at timestamp NOT NULL, body text NOT NULL);
    INSERT INTO app.posts
    SELECT n, timestamp '2026-01-01' + ${pick(50_000_000, 1)} * interval '1 second', repeat('x', 400) FROM generate_series(1, 120000) n;
    CREATE INDEX posts_created_at_id_idx ON app.posts (created_at, id);`,
  query: 'SELECT id, created_at, body FROM app.posts ORDER BY created_at DESC, id DESC LIMIT 20 OFFSET 40000',
  ordered: true,
  reference: {
    rewrite: `SELECT p.id, p.created_at, p.body FROM (
        SELECT id FROM app.posts ORDER BY created_at DESC, id DESC LIMIT 20 OFFSET 40000) AS page
       JOIN app.posts p ON p.id = page.id ORDER BY p.created_at DESC, p.id DESC`,
  },
  expect: {
    outcomes: [...ADOPTED, ...BUILT],
    kinds: ['rewrite', 'index', 'index+rewrite'],
    mutations: [
      `UPDATE app.posts SET created_at = '2026-02-02' WHERE id % 2 = 0`,
      'DELETE FROM app.posts WHERE id > 30000',
    ],
  },
};
