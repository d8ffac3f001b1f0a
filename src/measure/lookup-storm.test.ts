import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { countedCalls, isLookupStorm } from './lookup-storm.ts';

beforeAll(loadParser);

test('calls of one shape are counted together', () => {
  const statements = [
    { query: 'SELECT a FROM t WHERE id = $1', calls: 900, totalMs: 90 },
    { query: 'select a from t where id = $1', calls: 300, totalMs: 30 },
    { query: 'SELECT b FROM t WHERE id = $1', calls: 1, totalMs: 1_000 },
  ];
  const counted = countedCalls('SELECT a FROM t WHERE id = 7', { statements, totalMs: 480 });
  expect(counted).toEqual({ calls: 1_200, meanMs: 0.1, share: 0.25 });
  expect(countedCalls('SELECT c FROM t', { statements, totalMs: 480 })).toBeNull();
});

test('no share is more than all, whenever the two were read', () => {
  const statements = [{ query: 'SELECT a FROM t', calls: 10, totalMs: 100 }];
  expect(countedCalls('SELECT a FROM t', { statements, totalMs: 90 })?.share).toBe(1);
  expect(countedCalls('SELECT a FROM t', { statements, totalMs: 0 })?.share).toBe(0);
});

test.for([
  [{ calls: 1_000, meanMs: 0.9, share: 0.2 }, true],
  [{ calls: 999, meanMs: 0.9, share: 0.2 }, false],
  [{ calls: 1_000, meanMs: 1, share: 0.2 }, false],
  [{ calls: 1_000, meanMs: 0.9, share: 0.19 }, false],
] as const)('%o', ([counted, expected]) => {
  expect(isLookupStorm(counted)).toBe(expected);
});
