import type { Problem } from '../problem.ts';

export const tableMissing: Problem = {
  name: 'table-missing',
  sort: 'honest no',
  setup: 'CREATE TABLE app.orders (id bigint PRIMARY KEY);',
  query: 'SELECT id FROM app.order_archive WHERE customer_id = 7',
  reference: null,
  expect: { outcomes: ['needs-information'], kinds: ['none'], reasonCodes: ['unknown-table'] },
};
