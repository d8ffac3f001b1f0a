import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, indexFacts, relationFacts, serverTraits } from '../../test/support/facts.ts';
import { finding, slowStatement } from '../../test/support/slow-statement.ts';
import type { Finding } from '../explain/finding.ts';
import { loadParser } from '../sql/parse.ts';
import { settings } from './settings.ts';

beforeAll(loadParser);

const orders = relationFacts('orders', {
  columns: [columnFacts('id'), columnFacts('customer_id')],
  indexes: [indexFacts('orders_customer_id_idx', ['customer_id'])],
});
function proposedFor(
  findings: readonly Finding[],
  server: Readonly<Record<string, string>> = {},
  plan?: unknown,
) {
  const slow = slowStatement('SELECT id FROM orders WHERE customer_id = 7', [orders], {
    findings,
    server: serverTraits({ settings: server }),
    ...(plan === undefined ? {} : { plan }),
  });
  return settings.propose(slow, []).map(({ change }) => change.session);
}

describe('memory', () => {
  test.for([
    ['4MB', ['16MB', '64MB', '256MB']],
    ['256kB', ['1MB', '4MB', '16MB']],
    ['100kB', ['400kB', '1600kB', '6400kB']],
    ['64MB', ['256MB', '1024MB']],
    ['1GB', []],
    ['plenty', []],
  ] as const)('four, sixteen and sixty-four times %s, up to a gigabyte', ([now, wanted]) => {
    expect(proposedFor([finding('disk-sort')], { work_mem: now })).toEqual(
      wanted.map((work_mem) => ({ work_mem })),
    );
  });

  test.for(['disk-sort', 'hash-spill', 'hash-aggregate-spill', 'lossy-bitmap', 'temporary-files'])(
    'is proposed for %s',
    (code) => {
      expect(proposedFor([finding(code)], { work_mem: '4MB' })).toHaveLength(3);
    },
  );

  test('is not proposed where everything fits', () => {
    expect(proposedFor([finding('sequential-scan')], { work_mem: '4MB' })).toEqual([]);
  });
});

describe('the planner', () => {
  const loop = [
    {
      Plan: {
        'Node Type': 'Nested Loop',
        Plans: [
          { 'Node Type': 'Seq Scan', 'Relation Name': 'orders', Schema: 'shop', Alias: 'o' },
          { 'Node Type': 'Seq Scan', 'Relation Name': 'orders', Schema: 'shop', Alias: 'p' },
        ],
      },
    },
  ];

  test('does without a nested loop where one runs too often', () => {
    expect(proposedFor([finding('nested-loop-blow-up')], {}, loop)).toEqual([{ enable_nestloop: 'off' }]);
    expect(proposedFor([finding('nested-loop-blow-up')])).toEqual([]);
    expect(proposedFor([], {}, loop)).toEqual([]);
  });

  test('does not compile what compiling slows down', () => {
    expect(proposedFor([finding('jit')])).toEqual([{ jit: 'off' }]);
  });

  test('takes single pages for cheaper where it shuns an index that is there', () => {
    const scan = finding('sequential-scan', { numbers: { filter: '(customer_id = 7)' } });
    expect(proposedFor([scan], { random_page_cost: '4' })).toEqual([{ random_page_cost: '1.1' }]);
    expect(proposedFor([scan], { random_page_cost: '1.1' })).toEqual([]);
    const other = finding('sequential-scan', { numbers: { filter: '(id = 7)' } });
    expect(proposedFor([other], { random_page_cost: '4' })).toEqual([]);
  });
});
