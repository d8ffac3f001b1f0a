import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Each row is compared with the average of its group, which is computed anew for each. */
export const rewriteAboveAverage: Problem = {
  name: 'rewrite-above-average',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.salaries (id integer PRIMARY KEY, department integer NOT NULL, amount integer NOT NULL);
    INSERT INTO app.salaries SELECT n, ${pick(200, 1)}, 20000 + ${pick(50_000, 2)} FROM generate_series(1, 20000) n;
    CREATE INDEX salaries_department_amount_idx ON app.salaries (department, amount);`,
  query: `SELECT s.id, s.amount FROM app.salaries s
WHERE s.amount > 1.5 * (SELECT avg(i.amount) FROM app.salaries i WHERE i.department = s.department)`,
  reference: {
    rewrite: `SELECT s.id, s.amount FROM app.salaries s
       JOIN (SELECT department, avg(amount) AS average FROM app.salaries GROUP BY department) a USING (department)
       WHERE s.amount > 1.5 * a.average`,
    saves: 0.8,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'index+rewrite'],
    mutations: ['DELETE FROM app.salaries WHERE department < 190', 'UPDATE app.salaries SET amount = 1'],
  },
};
