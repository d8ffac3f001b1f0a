import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Overlapping intervals, by a person who knows that none is longer than a day. A check says so too. */
export const candidateRightRewrite: Problem = {
  name: 'candidate-right-rewrite',
  sort: 'candidate',
  setup: `
    CREATE TABLE app.shifts (
      id bigint PRIMARY KEY, starts_at timestamp NOT NULL, ends_at timestamp NOT NULL,
      CHECK (ends_at >= starts_at AND ends_at <= starts_at + interval '1 day'));
    INSERT INTO app.shifts
    SELECT n, starts_at, starts_at + ${pick(600, 2)} * interval '1 minute'
      FROM (SELECT n, timestamp '2026-01-01' + ${pick(30_000_000, 1)} * interval '1 second' AS starts_at
              FROM generate_series(1, 250000) n) AS begun;
    CREATE INDEX shifts_starts_at_idx ON app.shifts (starts_at);
    CREATE INDEX shifts_ends_at_idx ON app.shifts (ends_at);`,
  query: `SELECT id FROM app.shifts WHERE starts_at <= timestamp '2026-07-01 12:00' AND ends_at > timestamp '2026-07-01 12:00'`,
  fields: [
    "**Candidate**: `SELECT id FROM app.shifts WHERE starts_at <= timestamp '2026-07-01 12:00' AND starts_at >= timestamp '2026-06-30 12:00' AND ends_at > timestamp '2026-07-01 12:00'`",
    '**Constraint**: no new index',
  ],
  reference: {
    rewrite: `SELECT id FROM app.shifts WHERE starts_at <= timestamp '2026-07-01 12:00'
       AND starts_at >= timestamp '2026-06-30 12:00' AND ends_at > timestamp '2026-07-01 12:00'`,
    saves: 0.8,
  },
  expect: { outcomes: ADOPTED, kinds: ['rewrite'] },
};
