import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** City, region and country go together; the planner multiplies, and expects to find next to nothing. */
export const statisticsDependencies: Problem = {
  name: 'statistics-dependencies',
  sort: 'other lever',
  setup: `
    CREATE TABLE app.addresses (
      id bigint PRIMARY KEY, city text NOT NULL, region text NOT NULL, country text NOT NULL, note text NOT NULL);
    INSERT INTO app.addresses
    SELECT n, 'city ' || k, 'region ' || k, 'country ' || k, repeat('x', 40)
      FROM (SELECT n, ${pick(30, 1)} AS k FROM generate_series(1, 300000) n) AS numbered;`,
  query: `SELECT id, note FROM app.addresses
WHERE city = 'city 7' AND region = 'region 7' AND country = 'country 7' ORDER BY id LIMIT 20`,
  ordered: true,
  fields: ['**Constraint**: no new index'],
  reference: {
    sql: [
      'CREATE STATISTICS app.addresses_places (dependencies) ON city, region, country FROM app.addresses',
      'ANALYZE app.addresses',
    ],
    saves: 0.8,
  },
  expect: { outcomes: [...BUILT, 'handed-over'], kinds: ['statistics', 'rewrite', 'setting'] },
};
