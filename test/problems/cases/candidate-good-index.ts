import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

export const candidateGoodIndex: Problem = {
  name: 'candidate-good-index',
  sort: 'candidate',
  setup: `
    CREATE TABLE app.films (id bigint PRIMARY KEY, genre text NOT NULL, rating integer NOT NULL, title text NOT NULL);
    INSERT INTO app.films SELECT n, 'genre ' || ${pick(40, 1)}, ${pick(1_000, 2)}, 'film ' || n FROM generate_series(1, 250000) n;`,
  query: `SELECT id, title, rating FROM app.films WHERE genre = 'genre 7' ORDER BY rating DESC, id LIMIT 10`,
  ordered: true,
  fields: [
    '**Candidate**: `CREATE INDEX films_genre_rating_idx ON app.films (genre, rating DESC, id) INCLUDE (title)`',
  ],
  reference: { sql: ['CREATE INDEX ON app.films (genre, rating DESC, id) INCLUDE (title)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
