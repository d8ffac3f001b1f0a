import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { cacheSaving, callRate, countKeys } from './cached-calls.ts';
import { seededRandom } from './statistics.ts';

beforeAll(loadParser);

describe('what a kept result saves', () => {
  test('of one result nearly every call', () => {
    // 10 calls a second, kept for a minute: one in 601 executes.
    const { hitsPerHour, savedMsPerHour } = cacheSaving({ callsPerSecond: 10, meanMs: 50 }, 60, 1);
    expect(hitsPerHour).toBeCloseTo((36_000 * 600) / 601, 6);
    expect(savedMsPerHour).toBeCloseTo(hitsPerHour * 50, 6);
  });

  test('less, the more results there are, and nothing where none is asked for again in time', () => {
    const hits = (keys: number) => cacheSaving({ callsPerSecond: 10, meanMs: 1 }, 60, keys).hitsPerHour;
    expect(hits(600)).toBeCloseTo(18_000, 6);
    expect(hits(1_000_000)).toBeLessThan(25);
    expect(cacheSaving({ callsPerSecond: 0, meanMs: 9 }, 60, 1).savedMsPerHour).toBe(0);
  });

  test('at least so much, as calls at random times show', () => {
    const random = seededRandom(7);
    const [keys, rate, ttl, hours] = [20, 0.5, 30, 40];
    const played = (choose: () => number) => {
      const kept = new Map<number, number>();
      let [now, hits] = [0, 0];
      while (now < hours * 3_600) {
        now += -Math.log(1 - random()) / rate;
        const key = choose();
        if ((kept.get(key) ?? 0) > now) hits += 1;
        else kept.set(key, now + ttl);
      }
      return hits / hours;
    };
    const computed = cacheSaving({ callsPerSecond: rate, meanMs: 1 }, ttl, keys).hitsPerHour;
    const alike = played(() => Math.floor(random() * keys));
    expect(alike / computed).toBeGreaterThan(0.97);
    expect(alike / computed).toBeLessThan(1.03);
    const favourites = played(() => Math.floor(random() ** 4 * keys));
    expect(favourites).toBeGreaterThan(computed);
  });
});

describe('how often a statement is called', () => {
  const count = (query: string, calls: number, totalMs: number, seconds = 3_600) => ({
    query,
    calls,
    totalMs,
    seconds,
  });

  test('by all texts of its shape', () => {
    const counts = [
      count('SELECT a FROM t WHERE b = $1', 900, 1_800),
      count('select a from t where b=$1', 900, 5_400, 1_800),
      count('SELECT a FROM t WHERE c = $1', 5_000, 5_000),
      count('SELECT a FROM', 5_000, 5_000),
    ];
    expect(callRate('SELECT a FROM t WHERE b = 5', counts)).toEqual({
      calls: 1_800,
      callsPerSecond: 0.5,
      meanMs: 4,
    });
  });

  test('also where a list was made an array', () => {
    const counts = [count('SELECT a FROM t WHERE b IN ($1 /*, ... */)', 60, 60, 60)];
    expect(callRate('SELECT a FROM t WHERE b = ANY ($1)', counts)?.callsPerSecond).toBe(1);
    expect(callRate('SELECT a FROM t WHERE b IN (1, 2)', counts)?.callsPerSecond).toBe(1);
  });

  test('is not known where it was not counted, or for less than a minute', () => {
    expect(callRate('SELECT a FROM t', [])).toBeNull();
    expect(callRate('SELECT a FROM t', [count('SELECT a FROM t', 500, 500, 59)])).toBeNull();
  });
});

describe('the sets of values', () => {
  const orders = relationFacts('orders', {
    rows: 10_000,
    columns: [
      columnFacts('status', { distinctValues: 4 }),
      columnFacts('customer_id', { distinctValues: -0.2 }),
      columnFacts('note'),
    ],
  });
  const keysOf = (sql: string) => {
    const [statement] = parseStatements(sql);
    const highest = Number(/\$(\d)(?!.*\$)/.exec(sql)?.[1] ?? 0);
    return statement === undefined ? null : countKeys(statement.tree, highest, [orders]);
  };

  test.each([
    ["SELECT 1 FROM orders WHERE status = 'new'", 1],
    ['SELECT 1 FROM orders WHERE status = $1', 4],
    ['SELECT 1 FROM orders WHERE $1 = status AND customer_id = $2', 8_000],
    ['SELECT 1 FROM orders WHERE status = $1 LIMIT $2', null],
    ['SELECT 1 FROM orders WHERE customer_id > $1', null],
    ['SELECT 1 FROM orders WHERE customer_id = ANY ($1)', null],
    ['SELECT 1 FROM orders WHERE customer_id IN ($1)', null],
    ['SELECT 1 FROM orders WHERE customer_id + 1 = $1', null],
    ['SELECT 1 FROM orders WHERE note = $1', null],
  ])('%s', (sql, keys) => {
    expect(keysOf(sql)).toBe(keys);
  });
});
