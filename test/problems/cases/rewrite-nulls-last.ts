import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** The column is NOT NULL: the words that keep its index away say nothing. */
export const rewriteNullsLast: Problem = {
  name: 'rewrite-nulls-last',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.news (id bigint PRIMARY KEY, published_at timestamp NOT NULL, title text NOT NULL);
    INSERT INTO app.news
    SELECT n, timestamp '2026-01-01' + ${pick(90_000_000, 1)} * interval '1 second', 'news ' || n FROM generate_series(1, 250000) n;
    CREATE INDEX news_published_at_idx ON app.news (published_at, id);`,
  query: 'SELECT id, title FROM app.news ORDER BY published_at DESC NULLS LAST, id DESC NULLS LAST LIMIT 20',
  ordered: true,
  reference: {
    rewrite: 'SELECT id, title FROM app.news ORDER BY published_at DESC, id DESC LIMIT 20',
    saves: 0.8,
  },
  expect: {
    outcomes: [...ADOPTED, ...BUILT],
    kinds: ['rewrite', 'index'],
    mutations: [`UPDATE app.news SET published_at = '2026-02-02' WHERE id % 2 = 0`],
  },
};
