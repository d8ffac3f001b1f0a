import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** What is archived is closed and old: a combination that is common, of values that are not. */
export const statisticsMcv: Problem = {
  name: 'statistics-mcv',
  sort: 'other lever',
  setup: `
    CREATE TABLE app.cases (
      id bigint PRIMARY KEY, state text NOT NULL, stage text NOT NULL, office text NOT NULL, note text NOT NULL);
    INSERT INTO app.cases
    SELECT n, CASE WHEN k < 4 THEN 'archived' ELSE 'state ' || ${pick(4, 2)} END,
           CASE WHEN k < 4 THEN 'closed' ELSE 'stage ' || ${pick(4, 3)} END,
           CASE WHEN k < 4 THEN 'old town' ELSE 'office ' || ${pick(4, 4)} END, repeat('x', 40)
      FROM (SELECT n, ${pick(100, 1)} AS k FROM generate_series(1, 300000) n) AS numbered;`,
  query: `SELECT id, note FROM app.cases
WHERE state = 'archived' AND stage = 'closed' AND office = 'old town' ORDER BY id LIMIT 20`,
  ordered: true,
  fields: ['**Constraint**: no new index'],
  reference: {
    sql: [
      'CREATE STATISTICS app.cases_state (mcv) ON state, stage, office FROM app.cases',
      'ANALYZE app.cases',
    ],
    saves: 0.8,
  },
  expect: { outcomes: [...BUILT, 'handed-over'], kinds: ['statistics', 'rewrite', 'setting'] },
};
