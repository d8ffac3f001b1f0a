import { beforeAll, expect, test } from 'vitest';
import { columnFacts, indexFacts, relationFacts } from '../../test/support/facts.ts';
import { finding, slowStatement } from '../../test/support/slow-statement.ts';
import type { RelationFacts } from '../facts.ts';
import type { Finding } from '../explain/finding.ts';
import { loadParser } from '../sql/parse.ts';
import { vacuum } from './vacuum.ts';

beforeAll(loadParser);

const QUERY = 'SELECT customer_id FROM orders WHERE customer_id = 7';
function proposedFor(facts: Partial<RelationFacts>, findings: readonly Finding[] = [], sql = QUERY) {
  const orders = relationFacts('orders', {
    columns: [columnFacts('id'), columnFacts('customer_id')],
    indexes: [indexFacts('orders_customer_id_idx', ['customer_id'])],
    rows: 100_000,
    ...facts,
  });
  return vacuum.propose(slowStatement(sql, [orders], { findings }), []);
}

test('of a table that nobody has cleaned up, as a step that leaves nothing and stands alone', () => {
  const [proposal, ...others] = proposedFor({ deadRows: 60_000 });
  expect(others).toEqual([]);
  expect(proposal?.change.steps).toMatchObject([
    {
      up: 'VACUUM (ANALYZE) shop.orders',
      down: null,
      transactional: false,
      inTransaction: null,
      leavesNothing: true,
    },
  ]);
  expect(proposal?.reason).toContain('60,000 dead rows');
});

test.for([
  ['a fifth of the rows is dead', { deadRows: 26_000 }, 1],
  ['less than a fifth is', { deadRows: 20_000 }, 0],
  ['few are, if most of a small table', { rows: 100, deadRows: 9_000 }, 0],
  [
    'an index has all that is asked for, and hardly a page is known to be visible',
    { allVisibleShare: 0.1 },
    1,
  ],
  ['most pages are known to be visible', { allVisibleShare: 0.9 }, 0],
  ['it is a view', { kind: 'view', deadRows: 60_000 }, 0],
] as const)('where %s: %#', ([, facts, count]) => {
  expect(proposedFor(facts)).toHaveLength(count);
});

test('an index that lacks a column, or is partial or invalid, does not do alone', () => {
  const facts = { allVisibleShare: 0 };
  expect(proposedFor(facts, [], 'SELECT id FROM orders WHERE customer_id = 7')).toEqual([]);
  for (const lack of [{ predicate: 'id > 5' }, { valid: false }, { method: 'hash' as const }]) {
    const indexes = [indexFacts('orders_customer_id_idx', ['customer_id'], lack)];
    expect(proposedFor({ ...facts, indexes })).toEqual([]);
  }
});

test('a lookup that reads next to nothing has nothing to spare', () => {
  const blocks = (count: number) => [
    {
      Plan: {
        'Node Type': 'Index Only Scan',
        'Relation Name': 'orders',
        Schema: 'shop',
        'Shared Hit Blocks': count,
      },
    },
  ];
  const orders = relationFacts('orders', {
    columns: [columnFacts('customer_id')],
    indexes: [indexFacts('orders_customer_id_idx', ['customer_id'])],
    allVisibleShare: 0,
  });
  const proposed = (count: number) =>
    vacuum.propose(slowStatement(QUERY, [orders], { plan: blocks(count) }), []);
  expect(proposed(4)).toEqual([]);
  expect(proposed(400)).toHaveLength(1);
});

test('where the plan had to look rows up all the same', () => {
  const seen = finding('heap-fetches', { message: '900 heap fetches' });
  expect(proposedFor({}, [seen])[0]?.reason).toBe('900 heap fetches');
  const elsewhere = finding('heap-fetches', { relation: { schema: 'shop', name: 'lines' } });
  expect(proposedFor({}, [elsewhere])).toEqual([]);
});
