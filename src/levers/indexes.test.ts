import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { measured, notUsed, slowStatement } from '../../test/support/slow-statement.ts';
import { analyzeStep } from '../change.ts';
import type { Proposal } from '../change.ts';
import { loadParser } from '../sql/parse.ts';
import { NO_LIMITS } from '../steps/limits.ts';
import { asProposal, indexes, indexesFor, indexPairs } from './indexes.ts';
import type { SlowStatement } from './lever.ts';

beforeAll(loadParser);

const text = { type: 'text', baseType: 'text' };
const STATE = {
  ...text,
  distinctValues: 2,
  commonValues: [
    { value: 'old', frequency: 0.98 },
    { value: 'new', frequency: 0.02 },
  ],
};
const large = { rows: 1_000_000, sizeBytes: 80_000_000 };
const orders = relationFacts('orders', {
  columns: [
    columnFacts('id'),
    columnFacts('customer_id'),
    columnFacts('state', STATE),
    columnFacts('note', text),
  ],
  ...large,
});
const customers = relationFacts('customers', {
  oid: 2,
  columns: [columnFacts('id'), columnFacts('city', text)],
  ...large,
});

const joined = (more: Partial<Omit<SlowStatement, 'plan'>> = {}) =>
  slowStatement(
    `SELECT o.note FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.city = 'Bonn' AND o.state = 'new'`,
    [orders, customers],
    more,
  );
const newIndexes = (number: number) => ({ ...NO_LIMITS, newIndexes: number, indexes: 5 });
const summaries = (proposals: readonly Proposal[]) => proposals.map(({ change }) => change.summary);

describe('of a statement whose literals nobody may see', () => {
  test.each([
    ['a predicate', `customer_id = 5 AND state = 'new'`, /WHERE state = 'new'/, 'customer_id'],
    ['an expression', `lower(note) = 'x' AND customer_id + 7 = 12`, /\+ 7/, 'lower(note)'],
  ])('no index has one in %s', (_, condition, literal, kept) => {
    const slow = slowStatement(`SELECT id FROM orders WHERE ${condition}`, [orders]);
    const { tree } = slow.statement.parsed;
    const [open, closed] = [false, true].map((sensitive) =>
      indexesFor({ ...slow, sensitive }, tree)
        .map(({ summary }) => summary)
        .join('; '),
    );
    expect(open).toMatch(literal);
    expect(closed).not.toMatch(literal);
    // What gives nothing away is proposed.
    expect(closed).toContain(kept);
  });
});

describe('pairs', () => {
  const singles = (slow: SlowStatement) => indexes.propose(slow, []);

  test('are of different tables, around the best one', () => {
    const slow = joined();
    const trials = singles(slow)
      .toReversed()
      .map((proposal) =>
        measured(proposal, { afterMs: proposal.change.summary.includes('customers') ? 10 : 60 }),
      );
    const pairs = indexPairs.propose(slow, trials);
    expect(pairs).not.toEqual([]);
    for (const summary of summaries(pairs)) {
      expect(summary).toMatch(/index on shop.customers .* and (?:partial )?index on shop.orders /);
    }
  });

  test('are tried around the most promising one where none helped alone', () => {
    const slow = joined();
    expect(indexPairs.propose(slow, singles(slow).map(notUsed))).not.toEqual([]);
  });

  test('have the statistics once that both were tried on', () => {
    const slow = joined();
    const statistics = measured({
      ...singles(slow)[0]!,
      id: 'analyze',
      change: { summary: 'analyze', steps: [analyzeStep(orders)] },
    });
    const trials = [statistics, ...indexes.propose(slow, [statistics]).map((proposal) => measured(proposal))];
    for (const { change } of indexPairs.propose(slow, trials)) {
      const ups = change.steps.map(({ up }) => up);
      expect(new Set(ups).size).toBe(ups.length);
      expect(ups.filter((up) => up.startsWith('ANALYZE'))).toHaveLength(1);
    }
  });

  test.each([
    [0, 0],
    [1, 0],
    [2, 1],
  ])('where the item allows %i new indexes: at least %i', (allowed, least) => {
    const slow = joined({ limits: newIndexes(allowed) });
    const pairs = indexPairs.propose(slow, singles(joined()).map(notUsed));
    expect(Math.min(1, pairs.length)).toBe(least);
  });
});

test('what an index makes superfluous is said, and dropped in no step of it', () => {
  const slow = joined();
  const [candidate] = indexesFor(slow, slow.statement.parsed.tree);
  const proposal = asProposal(
    slow,
    { ...candidate!, supersedes: [{ schema: 'shop', name: 'old' } as never] },
    [],
  );
  expect(proposal.notes).toEqual([expect.stringContaining('makes shop.old superfluous')]);
  expect(proposal.change.steps.map(({ up }) => up).join()).not.toMatch(/DROP/);
});
