import { pick } from '../data.ts';
import { ADOPTED, NO, type Problem } from '../problem.ts';

/** What is proposed is an index that the statement cannot use. */
export const candidateUselessIndex: Problem = {
  name: 'candidate-useless-index',
  sort: 'candidate',
  setup: `
    CREATE TABLE app.trips (id bigint PRIMARY KEY, city text NOT NULL, km integer NOT NULL, note text NOT NULL);
    INSERT INTO app.trips SELECT n, 'city ' || ${pick(50, 1)}, ${pick(900, 2)}, repeat('x', 40) FROM generate_series(1, 250000) n;`,
  query: 'SELECT count(*), sum(km), max(length(note)), max(city) FROM app.trips WHERE km >= 20',
  fields: ['**Candidate**: `CREATE INDEX trips_city_idx ON app.trips (city)`'],
  reference: null,
  expect: { outcomes: [...NO, ...ADOPTED], kinds: ['none', 'setting'] },
};
