import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { finding, slowStatement } from '../../test/support/slow-statement.ts';
import type { ReferencingFacts } from '../facts.ts';
import { loadParser } from '../sql/parse.ts';
import { readWritingStatement } from '../sql/writing-statement.ts';
import { NO_LIMITS } from '../steps/limits.ts';
import { blamedForeignKeys, foreignKeys } from './foreign-keys.ts';
import type { SlowStatement } from './lever.ts';

beforeAll(loadParser);

const referring = (name: string, more: Partial<ReferencingFacts> = {}): ReferencingFacts => ({
  name: `${name}_customer_id_fkey`,
  table: { schema: 'shop', name },
  columns: ['customer_id'],
  rows: 100_000,
  indexed: false,
  onDelete: 'no action',
  ...more,
});
const customers = relationFacts('customers', {
  columns: [columnFacts('id')],
  referencedBy: [referring('orders'), referring('returns'), referring('visits', { indexed: true })],
});

function deleting(more: Partial<Omit<SlowStatement, 'plan'>> = {}): SlowStatement {
  return writing('DELETE FROM shop.customers WHERE id = 7', more);
}

function writing(sql: string, more: Partial<Omit<SlowStatement, 'plan'>> = {}): SlowStatement {
  const read = readWritingStatement(sql);
  if (!read.ok) throw new Error(read.message);
  const slow = slowStatement('SELECT id FROM shop.customers', [customers], more);
  return {
    ...slow,
    relations: [{ reference: { schema: 'shop', name: 'customers' }, relation: customers }],
    statement: { ...slow.statement, writes: read },
  };
}

const blames = (name: string) => finding('trigger-time', { relation: { schema: 'shop', name } });
const newIndexes = (number: number) => ({ limits: { ...NO_LIMITS, newIndexes: number, indexes: 5 } });
const ids = (lever: typeof foreignKeys, slow: SlowStatement) => lever.propose(slow, []).map(({ id }) => id);

const ORDERS = 'index on shop.orders (customer_id)';
const RETURNS = 'index on shop.returns (customer_id)';

describe('for the foreign keys that a statement makes the server follow', () => {
  test('those without an index get one', () => {
    expect(ids(foreignKeys, deleting())).toEqual([ORDERS, RETURNS]);
  });

  test('a statement that reads follows none', () => {
    expect(ids(foreignKeys, slowStatement('SELECT id FROM shop.customers', [customers]))).toEqual([]);
  });

  test('a change of what no foreign key refers to follows none: tables that were looked at and left out say so', () => {
    expect(ids(foreignKeys, writing(`UPDATE shop.customers SET name = 'x' WHERE id = 7`))).toEqual([]);
  });

  test('the item may allow none', () => {
    expect(ids(foreignKeys, deleting(newIndexes(0)))).toEqual([]);
  });
});

describe('those that the plan blames', () => {
  test('come together first, each step once, then each alone', () => {
    const slow = deleting({ findings: [blames('orders'), blames('returns')] });
    expect(ids(blamedForeignKeys, slow)).toEqual([`${ORDERS} + ${RETURNS}`, ORDERS, RETURNS]);
    const [both] = blamedForeignKeys.propose(slow, []);
    expect(both?.change.steps.map(({ builds }) => builds?.table)).toEqual(['orders', 'returns']);
  });

  test('are all that is proposed', () => {
    expect(ids(blamedForeignKeys, deleting({ findings: [blames('orders')] }))).toEqual([ORDERS]);
    expect(ids(blamedForeignKeys, deleting({ findings: [finding('sequential-scan')] }))).toEqual([]);
  });

  test('come alone where the item allows no more', () => {
    const findings = [blames('orders'), blames('returns')];
    expect(ids(blamedForeignKeys, deleting({ findings, ...newIndexes(1) }))).toEqual([ORDERS, RETURNS]);
  });
});
