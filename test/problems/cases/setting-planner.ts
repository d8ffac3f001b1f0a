import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Somebody once set the price of a random page for a disk that turns slowly: the index is not used. */
export const settingPlanner: Problem = {
  name: 'setting-planner',
  sort: 'other lever',
  settings: { random_page_cost: '300' },
  setup: `
    CREATE TABLE app.parcels (id bigint PRIMARY KEY, depot_id integer NOT NULL, weight integer NOT NULL, note text NOT NULL);
    INSERT INTO app.parcels SELECT n, ${pick(2_000, 1)}, ${pick(900, 2)}, repeat('x', 80) FROM generate_series(1, 250000) n;
    CREATE INDEX parcels_depot_id_idx ON app.parcels (depot_id);`,
  query: 'SELECT id, weight, note FROM app.parcels WHERE depot_id = 77',
  fields: ['**Constraint**: no new index'],
  reference: { settings: { random_page_cost: '1.1' }, saves: 0.8 },
  expect: { outcomes: ADOPTED, kinds: ['setting'] },
};
