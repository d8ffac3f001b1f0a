import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** Street, city and region repeat each other: 500 groups, and the planner makes room for twenty thousand. */
export const statisticsNdistinct: Problem = {
  name: 'statistics-ndistinct',
  sort: 'other lever',
  settings: { work_mem: '256kB' },
  setup: `
    CREATE TABLE app.deliveries (id bigint PRIMARY KEY, street text NOT NULL, city text NOT NULL, region text NOT NULL, cents integer NOT NULL);
    INSERT INTO app.deliveries
    SELECT n, md5(k::text) || ' street', md5(k::text) || ' city', md5(k::text) || ' region', ${pick(900, 2)}
      FROM (SELECT n, ${pick(500, 1)} AS k FROM generate_series(1, 200000) n) AS numbered;`,
  query: `SELECT street, city, region, count(*), avg(cents::numeric), stddev(cents), var_pop(cents), sum(cents::numeric)
FROM app.deliveries GROUP BY street, city, region`,
  fields: ['**Constraint**: no new index'],
  reference: {
    sql: [
      'CREATE STATISTICS app.deliveries_places (ndistinct) ON street, city, region FROM app.deliveries',
      'ANALYZE app.deliveries',
    ],
    saves: 0.3,
  },
  expect: { outcomes: [...BUILT, 'handed-over'], kinds: ['statistics', 'setting'] },
};
