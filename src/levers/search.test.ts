import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, indexFacts, relationFacts } from '../../test/support/facts.ts';
import { finding, measured, notUsed, slowStatement } from '../../test/support/slow-statement.ts';
import type { Proposal } from '../change.ts';
import { loadParser } from '../sql/parse.ts';
import { NO_LIMITS } from '../steps/limits.ts';
import type { Trial } from '../trial.ts';
import type { SlowStatement } from './lever.ts';
import { LEVERS, nextTrial } from './search.ts';

beforeAll(loadParser);

const orders = relationFacts('orders', {
  columns: [columnFacts('id'), columnFacts('customer_id'), columnFacts('status')],
  indexes: [indexFacts('orders_pkey', ['id'], { unique: true, primary: true })],
  rows: 1_000_000,
  sizeBytes: 80_000_000,
});
/** A rewrite (NULLS LAST says nothing), an index, stale statistics and memory are all at hand. */
const everything = (more: Partial<Omit<SlowStatement, 'plan'>> = {}) =>
  slowStatement('SELECT id FROM orders WHERE customer_id = 7 ORDER BY status DESC NULLS LAST', [orders], {
    findings: [finding('stale-statistics', { costMs: null }), finding('disk-sort')],
    ...more,
  });

/** Asks until nothing comes; what a lab would see of each is given. */
function searchedBy(statement: SlowStatement, see: (proposal: Proposal) => Trial): string[] {
  const trials: Trial[] = [];
  for (let next = nextTrial(statement, trials); next !== null; next = nextTrial(statement, trials))
    trials.push(see(next));
  return trials.map(({ proposal }) => proposal.id);
}

describe('nextTrial', () => {
  test('tries what costs nothing to keep before what does, each once', () => {
    const statement = everything({ server: { ...everything().server, settings: { work_mem: '4MB' } } });
    const ids = searchedBy(statement, notUsed);
    expect(new Set(ids).size).toBe(ids.length);
    const first = (start: string) => ids.findIndex((id) => id.startsWith(start));
    const order = ['analyze', 'rewrite', 'set work_mem', 'index on'].map(first);
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  });

  test('stops once the statement is fast and reads next to nothing', () => {
    const fast = (proposal: Proposal) => measured(proposal, { afterMs: 0.5, blocks: 10 });
    expect(searchedBy(everything(), fast)).toHaveLength(1);
  });

  test.for([
    ['is slow still', { afterMs: 20, blocks: 10 }],
    ['reads a lot still', { afterMs: 0.5, blocks: 900 }],
    ['was not accepted', { afterMs: 0.5, blocks: 10, accepted: false }],
  ] as const)('goes on where it %s', ([, seen]) => {
    expect(searchedBy(everything(), (proposal) => measured(proposal, seen)).length).toBeGreaterThan(2);
  });

  test('goes on where a plan for all parameters has no use for the index', () => {
    const fast = (proposal: Proposal): Trial => ({
      ...measured(proposal, { afterMs: 0.5, blocks: 10 }),
      genericPlan: 'not-used',
    });
    expect(searchedBy(everything(), fast).length).toBeGreaterThan(2);
  });

  test('settings are a last resort where memory is not the matter', () => {
    const server = { ...everything().server, settings: { work_mem: '4MB' } };
    const findings = [finding('sequential-scan', { costMs: 200 }), finding('disk-sort')];
    const ids = searchedBy(everything({ server, findings }), notUsed);
    const at = (start: string) => ids.findIndex((id) => id.startsWith(start));
    expect(at('index on')).toBeGreaterThan(-1);
    expect(at('set work_mem')).toBeGreaterThan(at('index on'));
  });

  test('whoever proposes something has it tried, fast enough or not', () => {
    const candidates = ['CREATE INDEX mine ON orders (status)', "SET work_mem = '64MB'"];
    const fast = (proposal: Proposal) => measured(proposal, { afterMs: 0.5, blocks: 10 });
    const ids = searchedBy(everything({ candidates }), fast);
    expect(ids).toContain('index on shop.orders (status)');
    expect(ids).toContain('set work_mem = 64MB');
  });

  test('proposes no index where the item allows none', () => {
    const limits = { ...NO_LIMITS, newIndexes: 0, indexes: 5 };
    const ids = searchedBy(everything({ limits }), notUsed);
    expect(ids.filter((id) => id.includes('index on'))).toEqual([]);
    expect(ids.length).toBeGreaterThan(0);
  });

  test('proposes at most so many indexes alone as the configuration says', () => {
    const limits = { ...NO_LIMITS, indexes: 1 };
    const alone = searchedBy(everything({ limits }), (proposal) => measured(proposal, { accepted: false }));
    expect(alone.filter((id) => /^index on[^+]*$/.test(id))).toHaveLength(1);
  });

  test('what comes after accepted statistics is tried on top of them', () => {
    const statement = everything();
    const analyze = nextTrial(statement, []);
    if (analyze === null) throw new Error('nothing was proposed');
    const trials: Trial[] = [measured(analyze)];
    const next = nextTrial(statement, trials);
    expect(next?.change.rewrite).toBeDefined();
    expect(next?.change.steps.map(({ up }) => up)).toEqual(['ANALYZE shop.orders']);
  });
});

test('each lever has a name of its own', () => {
  expect(new Set(LEVERS.map(({ name }) => name)).size).toBe(LEVERS.length);
});
