import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** As JDBC and mysql2 write it. */
export const paramsQuestionMark: Problem = {
  name: 'params-question-mark',
  sort: 'parameters',
  setup: `
    CREATE TABLE app.votes (id bigint PRIMARY KEY, poll_id integer NOT NULL, option text NOT NULL);
    INSERT INTO app.votes SELECT n, ${pick(9_000, 1)}, 'option ' || ${pick(5, 2)} FROM generate_series(1, 250000) n;`,
  query: `SELECT id FROM app.votes WHERE poll_id = $1 AND option = $2`,
  params: [
    [77, 'option 3'],
    [12, 'option 1'],
  ],
  asWritten: {
    query: `SELECT id FROM app.votes WHERE poll_id = ? AND option = ?`,
    params: ['[77, "option 3"]', '[12, "option 1"]'],
  },
  reference: { sql: ['CREATE INDEX ON app.votes (poll_id, option)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
