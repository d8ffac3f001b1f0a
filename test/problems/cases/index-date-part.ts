import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** Birthdays: parts of a date, which no range stands for. */
export const indexDatePart: Problem = {
  name: 'index-date-part',
  sort: 'index',
  setup: `
    CREATE TABLE app.people (id bigint PRIMARY KEY, name text NOT NULL, born date NOT NULL);
    INSERT INTO app.people SELECT n, 'person ' || n, date '1950-01-01' + ${pick(20_000, 1)} FROM generate_series(1, 250000) n;`,
  query: 'SELECT id, name FROM app.people WHERE extract(month FROM born) = 2 AND extract(day FROM born) = 29',
  reference: {
    sql: [
      'CREATE INDEX ON app.people (extract(month FROM born), extract(day FROM born))',
      'ANALYZE app.people',
    ],
    saves: 0.8,
  },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
