import { beforeAll, expect, test } from 'vitest';
import { analyzeStep, createIndexStep, dropIndexStep } from '../../change.ts';
import { loadParser } from '../../sql/parse.ts';
import { lockText } from './text.ts';

beforeAll(() => loadParser());

test('the steps of pitstop let everybody go on', () => {
  const index = { schema: 'shop', table: 'orders', name: 'i', keys: [] };
  const steps = [
    createIndexStep({ ...index, keys: [{ column: 'a', descending: false, nullsFirst: false }] }),
    analyzeStep({ schema: 'shop', name: 'orders', columns: [] }),
    dropIndexStep({ ...index, oid: 16_400, definition: 'CREATE INDEX i ON shop.orders (a)' }),
  ];
  for (const { up } of steps)
    expect(lockText(up)).toBe('SHARE UPDATE EXCLUSIVE on the table; reads and writes go on');
});

test.each([
  ['DROP TABLE t', 'ACCESS EXCLUSIVE on the table; reads and writes wait'],
  ['CREATE INDEX i ON t (a)', 'SHARE on the table; writes wait, reads go on'],
  ['ALTER INDEX i SET TABLESPACE x', 'ACCESS EXCLUSIVE on the index; reads and writes wait'],
  ['SELECT 1; DROP TABLE t', 'ACCESS EXCLUSIVE on the table; reads and writes wait'],
  ['CREATE TYPE e AS ENUM ()', 'none on tables'],
  ['DO $$ BEGIN END $$', 'unknown'],
  ['SELEC 1', 'unknown'],
  ['', 'none on tables'],
])('%s: %s', (sql, expected) => {
  expect(lockText(sql)).toBe(expected);
});
