import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** NULL and 0 mean the same to the application; the index knows both, and is not asked. */
export const rewriteCoalesce: Problem = {
  name: 'rewrite-coalesce',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.tasks (id bigint PRIMARY KEY, assignee_id integer, title text NOT NULL);
    INSERT INTO app.tasks
    SELECT n, CASE WHEN n % 2000 = 0 THEN NULL WHEN n % 3000 = 0 THEN 0 ELSE 1 + ${pick(5_000, 1)} END, 'task ' || n
      FROM generate_series(1, 250000) n;
    CREATE INDEX tasks_assignee_id_idx ON app.tasks (assignee_id);`,
  query: 'SELECT id, title FROM app.tasks WHERE coalesce(assignee_id, 0) = 0',
  reference: {
    rewrite: 'SELECT id, title FROM app.tasks WHERE assignee_id = 0 OR assignee_id IS NULL',
    saves: 0.8,
  },
  expect: {
    outcomes: [...ADOPTED, ...BUILT],
    kinds: ['rewrite', 'index', 'index+rewrite'],
    mutations: [
      'UPDATE app.tasks SET assignee_id = NULL WHERE id % 10 = 0',
      'UPDATE app.tasks SET assignee_id = 7',
    ],
  },
};
