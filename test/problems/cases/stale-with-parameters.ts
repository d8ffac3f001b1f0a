import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** A parameter decides what is counted, so nothing can be built for it; and the numbers may be old: somebody has to keep them. */
export const staleWithParameters: Problem = {
  name: 'stale-with-parameters',
  sort: 'honest no',
  setup: `
    CREATE TABLE app.visits (id bigint PRIMARY KEY, page integer NOT NULL, seconds integer NOT NULL, agent text NOT NULL);
    INSERT INTO app.visits
    SELECT n, ${pick(400, 1)}, ${pick(900, 2)}, 'agent ' || md5(n::text) FROM generate_series(1, 250000) n;`,
  query: `SELECT page, count(*), sum(seconds / $1), max(length(agent)) FROM app.visits GROUP BY page`,
  params: [[60]],
  fields: ['**Note**: the numbers may be 10 minutes old'],
  reference: null,
  expect: { outcomes: ADOPTED, kinds: ['none'], reasonCodes: ['adopt-cache'] },
};
