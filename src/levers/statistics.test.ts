import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { finding, measured, notUsed, slowStatement } from '../../test/support/slow-statement.ts';
import type { Proposal } from '../change.ts';
import { loadParser } from '../sql/parse.ts';
import type { Trial } from '../trial.ts';
import { indexes } from './indexes.ts';
import { acceptedStatistics, freshStatistics, indexesOnFreshStatistics } from './statistics.ts';

beforeAll(loadParser);

const orders = relationFacts('orders', {
  columns: [columnFacts('id'), columnFacts('customer_id')],
  rows: 1_000_000,
  sizeBytes: 80_000_000,
});
const slow = slowStatement('SELECT id FROM orders WHERE customer_id = 7', [orders], {
  findings: [finding('stale-statistics', { costMs: null })],
});
const [analyze] = freshStatistics.propose(slow, []);
const [index] = indexes.propose(slow, []);

const changed = (proposal: Proposal, change: Partial<Proposal['change']>): Proposal => ({
  ...proposal,
  change: { ...proposal.change, ...change },
});

describe('what is tried on top of what', () => {
  const rewrite = { sql: 'SELECT 1', rules: [], changesInterface: false };

  test('statistics that have proved themselves', () => {
    expect(acceptedStatistics([measured(analyze!)]).map(({ up }) => up)).toEqual(['ANALYZE shop.orders']);
  });

  test.each<[why: string, trial: Trial]>([
    ['did not help', measured(analyze!, { accepted: false })],
    ['helped a rewrite only', measured(changed(analyze!, { rewrite }))],
    ['helped with a setting only', measured(changed(analyze!, { session: { work_mem: '64MB' } }))],
    [
      'came with an index',
      measured(changed(index!, { steps: [...analyze!.change.steps, ...index!.change.steps] })),
    ],
  ])('no statistics that %s', (_, trial) => {
    expect(acceptedStatistics([trial])).toEqual([]);
  });
});

describe('an index on fresh statistics', () => {
  const proposed = (...trials: readonly Trial[]) => indexesOnFreshStatistics.propose(slow, trials);

  test('is tried where the planner ignored it on stale ones', () => {
    const [both, ...others] = proposed(notUsed(index!));
    expect(both?.change.steps.map(({ up }) => up)).toEqual([
      ...analyze!.change.steps.map(({ up }) => up),
      ...index!.change.steps.map(({ up }) => up),
    ]);
    expect(others).toEqual([]);
    // And ignored again it is left.
    expect(proposed(notUsed(index!), notUsed(both!))).toHaveLength(1);
  });

  test.each<[why: string, trials: readonly Trial[]]>([
    ['it was used, and did not help', [measured(index!, { accepted: false })]],
    ['an index helped', [notUsed(index!), measured({ ...index!, id: 'another' })]],
    ['the statistics have helped by themselves', [measured(analyze!), notUsed(index!)]],
  ])('is not tried where %s', (_, trials) => {
    expect(proposed(...trials)).toEqual([]);
  });
});
