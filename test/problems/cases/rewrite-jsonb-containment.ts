import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** All values are text today, and may be numbers tomorrow: containment alone would miss those. */
export const rewriteJsonbContainment: Problem = {
  name: 'rewrite-jsonb-containment',
  sort: 'innocent data',
  setup: `
    CREATE TABLE app.orders (id bigint PRIMARY KEY, data jsonb NOT NULL);
    INSERT INTO app.orders SELECT n, jsonb_build_object('zip', (10000 + ${pick(9_000, 1)})::text, 'fill', repeat('x', 50)) FROM generate_series(1, 120000) n;
    CREATE INDEX orders_data_idx ON app.orders USING gin (data jsonb_path_ops);`,
  query: `SELECT id FROM app.orders WHERE data ->> 'zip' = '14711'`,
  reference: { sql: [`CREATE INDEX ON app.orders ((data ->> 'zip'))`, 'ANALYZE app.orders'], saves: 0.8 },
  expect: {
    outcomes: [...BUILT, ...ADOPTED],
    kinds: ['index', 'rewrite', 'index+rewrite'],
    mutations: [`UPDATE app.orders SET data = '{"zip": 14711}' WHERE id < 50`],
  },
};
