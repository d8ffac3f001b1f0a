import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { processesFor } from './processes.ts';

const QUIET = { transactionsPerSecond: 200, clients: 1_000, cpus: 16, wished: null };

describe('one process of PgBouncer', () => {
  test.each([
    ['for what half of its core bears', {}],
    ['up to the last transaction and client', { transactionsPerSecond: 20_000, clients: 10_000 }],
    ['where nobody knows anything', { transactionsPerSecond: null, clients: null, cpus: null }],
    ['where the server has no core to spare', { transactionsPerSecond: 90_000, cpus: 7 }],
    ['on a part of a core', { cpus: 0.5 }],
  ])('%s', (_, changes) => {
    expect(processesFor({ ...QUIET, ...changes }).count).toBe(1);
  });
});

test.each([
  [{ transactionsPerSecond: 20_001 }, 2],
  [{ clients: 10_001 }, 2],
  [{ transactionsPerSecond: 65_000, clients: 12_000 }, 4],
  [{ transactionsPerSecond: 65_000, cpus: null }, 4],
  [{ transactionsPerSecond: 65_000, cpus: 8 }, 2],
  [{ transactionsPerSecond: 65_000, cpus: 8, wished: 3 }, 3],
  [{ wished: 2, cpus: 1 }, 2],
])('more where load or clients ask for it and cores allow it, or the user says so: %o', (changes, count) => {
  expect(processesFor({ ...QUIET, ...changes }).count).toBe(count);
});

test('says why, and what it would be on a machine of its own', () => {
  expect(processesFor(QUIET).why).toBe(
    '200 transactions a second were seen and 1,000 clients are expected; with half of its core each bears 20,000 and 10,000',
  );
  expect(processesFor({ ...QUIET, transactionsPerSecond: 65_000, cpus: 8 }).why).toMatch(
    /That would be 4, and a quarter of the server's 8 cores bears 2: .* pgbouncer\.processes say 4$/,
  );
  expect(processesFor({ ...QUIET, wished: 2 }).why).toContain('pgbouncer.processes');
});

test('never more than a quarter of the cores, whatever the load', () => {
  fc.assert(
    fc.property(
      fc.option(fc.double({ min: 0, max: 1e7, noNaN: true })),
      fc.option(fc.integer({ min: 1, max: 1_000_000 })),
      fc.double({ min: 0.1, max: 256, noNaN: true }),
      (transactionsPerSecond, clients, cpus) => {
        const { count } = processesFor({ transactionsPerSecond, clients, cpus, wished: null });
        expect(count).toBeGreaterThanOrEqual(1);
        expect(count).toBeLessThanOrEqual(Math.max(1, cpus / 4));
      },
    ),
  );
});
