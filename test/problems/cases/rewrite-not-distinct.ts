import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

export const rewriteNotDistinct: Problem = {
  name: 'rewrite-not-distinct',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.devices (id bigint PRIMARY KEY, owner_id integer, model text NOT NULL);
    INSERT INTO app.devices
    SELECT n, CASE WHEN n % 9 > 0 THEN ${pick(50_000, 1)} END, 'model ' || n % 50 FROM generate_series(1, 250000) n;
    CREATE INDEX devices_owner_id_idx ON app.devices (owner_id);`,
  query: 'SELECT id, model FROM app.devices WHERE owner_id IS NOT DISTINCT FROM 4711',
  reference: { rewrite: 'SELECT id, model FROM app.devices WHERE owner_id = 4711', saves: 0.8 },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite'],
    mutations: ['UPDATE app.devices SET owner_id = NULL WHERE id % 2 = 0'],
  },
};
