import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { measured, slowStatement } from '../../test/support/slow-statement.ts';
import { loadParser } from '../sql/parse.ts';
import { NO_LIMITS } from '../steps/limits.ts';
import { materializedView } from './materialized-view.ts';

beforeAll(loadParser);

const ORDERS = relationFacts('orders', { columns: ['day', 'total'].map((name) => columnFacts(name)) });
const REPORT = 'SELECT day, sum(total) AS total FROM orders GROUP BY day ORDER BY total DESC, 1';
const limits = { ...NO_LIMITS, indexes: 5, stale: true };

function proposed(sql: string, more: Parameters<typeof slowStatement>[2] = { limits }) {
  return materializedView.propose(slowStatement(sql, [ORDERS], more), []);
}

describe('materialized view', () => {
  test('keeps the statement, and sorts what it gives', () => {
    const [proposal] = proposed(REPORT);
    expect(proposal?.change.steps.map(({ up, down }) => [up, down])).toEqual([
      [
        `CREATE MATERIALIZED VIEW shop.orders_summary AS\n${REPORT}`,
        'DROP MATERIALIZED VIEW IF EXISTS shop.orders_summary',
      ],
    ]);
    expect(proposal?.change.rewrite).toEqual({
      sql: 'SELECT * FROM shop.orders_summary ORDER BY total DESC, 1',
      rules: ['materialized-view'],
      changesInterface: true,
    });
  });

  test('has a name of its own', () => {
    const takenNames = new Set(['shop.orders_summary']);
    expect(proposed(REPORT, { limits, takenNames })[0]?.id).toBe('materialized view shop.orders_summary1');
  });

  test.each([
    ['the item does not allow it', REPORT, { limits: { ...limits, stale: false } }],
    ['the item is sensitive: the view would hold its literals', REPORT, { limits, sensitive: true }],
    ['the statement has parameters', 'SELECT day FROM orders WHERE total > $1', { limits }],
    ['it is sorted by what it does not give', 'SELECT day FROM orders ORDER BY total', { limits }],
    ['which rows it gives is open', 'SELECT day FROM orders LIMIT 5', { limits }],
  ])('is not proposed where %s', (_why, sql, more) => {
    expect(proposed(sql, more)).toEqual([]);
  });

  test('is not proposed where something exact helps', () => {
    const slow = slowStatement(REPORT, [ORDERS], { limits });
    const [proposal] = materializedView.propose(slow, []);
    const trials = (accepted: boolean) => [measured({ ...proposal!, id: 'another' }, { accepted })];
    expect(materializedView.propose(slow, trials(true))).toEqual([]);
    expect(materializedView.propose(slow, trials(false))).toHaveLength(1);
  });
});
