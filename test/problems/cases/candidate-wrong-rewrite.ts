import { pick } from '../data.ts';
import { ADOPTED, NO, type Problem } from '../problem.ts';

/** The proposal loses the customers that two lists name; in this data it is hard to see, and it is faster. */
export const candidateWrongRewrite: Problem = {
  name: 'candidate-wrong-rewrite',
  sort: 'candidate',
  setup: `
    CREATE TABLE app.contacts (id bigint PRIMARY KEY, email text NOT NULL);
    CREATE TABLE app.leads (id bigint PRIMARY KEY, email text NOT NULL);
    INSERT INTO app.contacts SELECT n, md5(${pick(70_000, 1)}::text) FROM generate_series(1, 80000) n;
    INSERT INTO app.leads SELECT n, md5((-n)::text) FROM generate_series(1, 60000) n;`,
  query: 'SELECT count(*) FROM (SELECT email FROM app.contacts UNION SELECT email FROM app.leads) AS people',
  fields: [
    '**Candidate**: `SELECT count(*) FROM (SELECT email FROM app.contacts UNION ALL SELECT email FROM app.leads) AS people`',
  ],
  reference: null,
  expect: {
    outcomes: [...NO, ...ADOPTED, 'proven'],
    kinds: ['none', 'setting', 'index', 'rewrite', 'index+rewrite'],
    neverRewrite: [/app\.contacts\s+UNION ALL/i],
    mutations: ['INSERT INTO app.leads SELECT -id, email FROM app.contacts WHERE id < 100'],
  },
};
