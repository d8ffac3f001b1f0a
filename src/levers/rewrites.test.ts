import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, indexFacts, relationFacts } from '../../test/support/facts.ts';
import { measured, notUsed, slowStatement } from '../../test/support/slow-statement.ts';
import { loadParser } from '../sql/parse.ts';
import { readWritingStatement } from '../sql/writing-statement.ts';
import { NO_LIMITS } from '../steps/limits.ts';
import type { Trial } from '../trial.ts';
import type { SlowStatement } from './lever.ts';
import { otherInterfaces, rewrites, rewritesWithIndexes } from './rewrites.ts';

beforeAll(loadParser);

const large = { rows: 1_000_000, sizeBytes: 80_000_000 };
const orders = relationFacts('orders', {
  columns: [columnFacts('id'), columnFacts('customer_id'), columnFacts('total')],
  indexes: [indexFacts('orders_pkey', ['id'], { unique: true, primary: true })],
  ...large,
});
const customers = relationFacts('customers', {
  oid: 2,
  columns: [columnFacts('id'), columnFacts('level')],
  indexes: [indexFacts('customers_pkey', ['id'], { unique: true, primary: true })],
  ...large,
});

const OR =
  'SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.total = 7 OR c.level = 3';
const PAGE = 'SELECT id FROM orders ORDER BY id LIMIT 20 OFFSET 40000';

const slow = (sql: string, more: Partial<Omit<SlowStatement, 'plan'>> = {}) =>
  slowStatement(sql, [orders, customers], more);
const newIndexes = (number: number) => ({ ...NO_LIMITS, newIndexes: number, indexes: 5 });

describe('a rewrite', () => {
  test('is tried where it gives the same without another caller', () => {
    const tried = rewrites.propose(slow(PAGE), []);
    expect(tried).not.toEqual([]);
    for (const { change } of tried) expect(change.rewrite?.changesInterface).toBe(false);
  });

  test('of a statement that writes is none', () => {
    const sql = 'DELETE FROM orders WHERE total = 7.0';
    const read = readWritingStatement(sql);
    if (!read.ok) throw new Error(read.message);
    const { statement } = slow(OR);
    const writing = slow(OR, { statement: { ...statement, parsed: read, writes: read } });
    const levers = [rewrites, rewritesWithIndexes, otherInterfaces];
    const reading = slow('SELECT id FROM orders WHERE total = 7.0');
    expect(rewrites.propose(reading, [])).not.toEqual([]);
    expect(levers.flatMap(({ propose }) => propose(writing, []))).toEqual([]);
  });
});

describe('a rewrite with indexes', () => {
  test('has those that its own text can use, one alone and one on each table', () => {
    const changes = rewritesWithIndexes.propose(slow(OR), []).map(({ change }) => change);
    const built = changes.map(({ steps }) => steps.flatMap(({ builds }) => builds?.table ?? []));
    expect(built).toContainEqual(['orders']);
    expect(built).toContainEqual(expect.arrayContaining(['orders', 'customers']));
    expect(changes.every(({ rewrite }) => rewrite?.sql.includes('UNION ALL'))).toBe(true);
  });

  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
  ])('has no more than the item allows: %i', (allowed, most) => {
    const proposals = rewritesWithIndexes.propose(slow(OR, { limits: newIndexes(allowed) }), []);
    const built = proposals.map(({ change }) => change.steps.filter(({ builds }) => builds !== null).length);
    expect(Math.max(0, ...built)).toBe(most);
  });

  test.each(['rows-differ', 'not-accepted', 'refused'])(
    'is not tried where it is wrong itself: %s',
    (code) => {
      const statement = slow(OR);
      const [first] = rewrites.propose(statement, []);
      const wrong: Trial = { ...notUsed(first!), reason: { code, message: '' } };
      const again = rewritesWithIndexes.propose(statement, [wrong]).map(({ change }) => change.rewrite?.sql);
      expect(again).not.toContain(first!.change.rewrite?.sql);
    },
  );

  test('is tried where it only won nothing without one', () => {
    const statement = slow(OR);
    const [first] = rewrites.propose(statement, []);
    const again = rewritesWithIndexes.propose(statement, [notUsed(first!)]);
    expect(again.map(({ change }) => change.rewrite?.sql)).toContain(first!.change.rewrite?.sql);
  });
});

describe('another interface', () => {
  test('is named where nothing else helped', () => {
    const [named, ...others] = otherInterfaces.propose(slow(PAGE), []);
    expect(named?.change.rewrite).toMatchObject({ rules: ['offset-to-keyset'], changesInterface: true });
    expect(others).toEqual([]);
  });

  test('is not named where something was accepted', () => {
    const statement = slow(PAGE);
    const accepted = rewrites
      .propose(statement, [])
      .slice(0, 1)
      .map((proposal) => measured(proposal));
    expect(otherInterfaces.propose(statement, accepted)).toEqual([]);
  });
});
