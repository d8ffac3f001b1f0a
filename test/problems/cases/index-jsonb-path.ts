import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** Text of a JSON document: "55" and 55 are both found, so that containment is not the same. */
export const indexJsonbPath: Problem = {
  name: 'index-jsonb-path',
  sort: 'index',
  setup: `
    CREATE TABLE app.documents (id bigint PRIMARY KEY, body jsonb NOT NULL);
    INSERT INTO app.documents
    SELECT n, CASE WHEN n % 2 = 0 THEN jsonb_build_object('code', ${pick(20_000, 1)}, 'fill', repeat('x', 40))
                   ELSE jsonb_build_object('code', ${pick(20_000, 1)}::text, 'fill', repeat('x', 40)) END
      FROM generate_series(1, 150000) n;`,
  query: `SELECT id, body FROM app.documents WHERE body ->> 'code' = '4711'`,
  reference: {
    sql: [`CREATE INDEX ON app.documents ((body ->> 'code'))`, 'ANALYZE app.documents'],
    saves: 0.8,
  },
  expect: {
    outcomes: [...BUILT, 'handed-over'],
    kinds: ['index', 'index+rewrite'],
    mutations: [
      `UPDATE app.documents SET body = '{"code": "4711"}' WHERE id < 10; UPDATE app.documents SET body = '{"code": 4711}' WHERE id BETWEEN 10 AND 20`,
    ],
  },
};
