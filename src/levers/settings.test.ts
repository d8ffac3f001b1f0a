import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, indexFacts, relationFacts, serverTraits } from '../../test/support/facts.ts';
import { finding, slowStatement, measured } from '../../test/support/slow-statement.ts';
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
    ['4MB', ['64MB']],
    ['100kB', ['1600kB']],
    ['64MB', ['1024MB']],
    ['200MB', ['800MB']],
    ['1GB', []],
    ['plenty', []],
  ] as const)('sixteen times %s comes first, up to a gigabyte', ([now, wanted]) => {
    expect(proposedFor([finding('disk-sort')], { work_mem: now })).toEqual(
      wanted.map((work_mem) => ({ work_mem })),
    );
  });

  test.each([
    ['four times as much where sixteen were good', true, 0, '16MB'],
    ['sixty-four times where sixteen were not enough', false, 500, '256MB'],
    ['nothing more where everything fits and nothing is won', false, 0, undefined],
  ])('%s', (_what, accepted, tempBlocks, wanted) => {
    const slow = slowStatement('SELECT id FROM orders', [orders], {
      findings: [finding('disk-sort')],
      server: serverTraits({ settings: { work_mem: '4MB' } }),
    });
    const [first] = settings.propose(slow, []);
    if (first === undefined) throw new Error('nothing is proposed');
    const planAfter = [{ Plan: { 'Node Type': 'Sort', 'Temp Written Blocks': tempBlocks } }];
    const trial = { ...measured(first, { accepted }), planAfter };
    expect(settings.propose(slow, [trial])[1]?.change.session?.['work_mem']).toBe(wanted);
  });

  test.for(['disk-sort', 'hash-spill', 'hash-aggregate-spill', 'lossy-bitmap', 'temporary-files'])(
    'is proposed for %s',
    (code) => {
      expect(proposedFor([finding(code)], { work_mem: '4MB' })).toHaveLength(1);
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
