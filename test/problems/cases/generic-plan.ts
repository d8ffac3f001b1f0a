import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** A generic plan cannot use an index that holds for one value of the parameter only. */
export const genericPlan: Problem = {
  name: 'generic-plan',
  sort: 'parameters',
  setup: `
    CREATE TABLE app.mails (id bigint PRIMARY KEY, state text NOT NULL, queued_at timestamp NOT NULL, body text NOT NULL);
    INSERT INTO app.mails
    SELECT n, CASE WHEN ${pick(400, 1)} = 0 THEN 'failed' WHEN ${pick(400, 3)} = 0 THEN 'queued' ELSE 'sent' END,
           timestamp '2026-01-01' + ${pick(9_000_000, 2)} * interval '1 second', repeat('x', 80)
      FROM generate_series(1, 250000) n;`,
  query: 'SELECT id, body FROM app.mails WHERE state = $1 ORDER BY queued_at, id LIMIT 20',
  params: [['failed']],
  ordered: true,
  reference: { sql: ['CREATE INDEX ON app.mails (state, queued_at, id)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'], generic: true },
};
