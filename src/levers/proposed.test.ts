import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { slowStatement } from '../../test/support/slow-statement.ts';
import { loadParser } from '../sql/parse.ts';
import { proposed } from './proposed.ts';

beforeAll(loadParser);

const columns = ['id', 'state'].map((name) => columnFacts(name));
const ORDERS = relationFacts('orders', { columns });
const RETURNS = relationFacts('returns', { oid: 2, columns });

function proposalFor(candidate: string) {
  const slow = slowStatement('SELECT id FROM shop.orders WHERE state = 1', [ORDERS, RETURNS], {
    candidates: [candidate],
  });
  const [proposal] = proposed.propose(slow, []);
  if (proposal === undefined) throw new Error('nothing is proposed');
  return proposal;
}

const triedAs = (candidate: string) => proposalFor(candidate).change.steps.map((step) => step.inTransaction);

describe('what an item proposes', () => {
  test('an index is tried as one that a transaction can build', () => {
    expect(triedAs('CREATE INDEX CONCURRENTLY o ON shop.orders (state)')).toEqual([
      'CREATE INDEX o ON shop.orders (state)',
    ]);
  });

  test('a reading statement is a rewrite', () => {
    const { steps, rewrite } = proposalFor('SELECT id FROM shop.orders WHERE state IN (1)').change;
    expect([steps, rewrite?.sql]).toEqual([[], 'SELECT id FROM shop.orders WHERE state IN (1)']);
  });

  test('settings are settings', () => {
    expect(proposalFor("SET work_mem = '64MB'").change.session).toEqual({ work_mem: '64MB' });
  });

  test.each([
    'CREATE STATISTICS shop.s ON id, state FROM shop.orders',
    'CREATE STATISTICS shop.s ON id, state FROM shop.orders; ANALYZE shop.orders',
  ])('statistics come with an ANALYZE that the trial may run: %s', (candidate) => {
    expect(triedAs(candidate)).toEqual([
      'CREATE STATISTICS shop.s ON id, state FROM shop.orders',
      'ANALYZE shop.orders (id, state)',
    ]);
  });

  test('statistics on two tables are taken as they are', () => {
    const both = ['orders', 'returns'].map(
      (table) => `CREATE STATISTICS shop.${table}_s ON id, state FROM shop.${table}`,
    );
    expect(proposalFor(both.join('; ')).change.steps.map(({ up }) => up)).toEqual(both);
  });

  test.each([
    'UPDATE shop.orders SET state = 2 WHERE id = 1',
    'DROP INDEX shop.orders_state_idx',
    'ALTER TABLE shop.orders ADD COLUMN x integer',
    'ANALYZE shop.orders',
    'VACUUM shop.orders',
    'CREATE STATISTICS shop.s ON id, state FROM shop.others',
  ])('anything else is nothing that a trial may run: %s', (candidate) => {
    expect(triedAs(candidate).slice(1)).toEqual([]);
    expect(proposalFor(candidate).change.steps.every((step) => step.up === candidate)).toBe(true);
  });
});
