import { describe, expect, test as base } from 'vitest';
import { HARMLESS_PROBE, SWEEP_PLAN, sweepPool } from '../../src/labs/pool-sweep.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { chooseSize } from '../../src/pooling/sweep.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createRole } from '../support/roles.ts';

const never = new AbortController().signal;
const clock = () => performance.now();
const SHORT = { ...SWEEP_PLAN, sizes: [1, 2], tasks: 4, rounds: 2, sliceMs: 60 };

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  database: async ({}, use) => {
    await lend(await createTestDatabase(), use);
  },
});

describe('a sweep', () => {
  test('sends the same work through pools of several sizes, in turns', async ({ database }) => {
    const rows = await sweepPool(parseTarget(database.url, {}), [HARMLESS_PROBE], SHORT, clock, never);
    expect(rows.map(({ size }) => size)).toEqual([1, 2]);
    for (const row of rows) {
      expect(row.perSecond).toHaveLength(2);
      expect(row.statements).toBeGreaterThan(0);
      expect(row.errors).toBe(0);
      expect(row.latencyMs!.p50).toBeGreaterThan(0);
      expect(row.latencyMs!.p99).toBeGreaterThanOrEqual(row.latencyMs!.p95);
    }
    expect(chooseSize(rows, null).size).not.toBeNull();
  });

  test('has at most as many sessions as the size of the pool', async ({ database }) => {
    // The probe itself looks, and fails where there are more.
    const probe = {
      sql: `SELECT 1 / (count(*) <= 2)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1`,
      parameterSets: [['pitstop sweep']],
    };
    const rows = await sweepPool(
      parseTarget(database.url, {}),
      [probe],
      { ...SHORT, sizes: [2] },
      clock,
      never,
    );
    expect(rows).toMatchObject([{ size: 2, errors: 0 }]);
  });

  test('cannot write, and counts what failed', async ({ database }) => {
    await database.query('CREATE TABLE t (a int)');
    const writes = { sql: 'INSERT INTO t VALUES (1)', parameterSets: [[]] };
    const rows = await sweepPool(parseTarget(database.url, {}), [writes], SHORT, clock, never);
    expect(rows.every(({ errors, statements }) => errors > 0 && statements === 0)).toBe(true);
    expect(chooseSize(rows, null)).toMatchObject({ size: null, reason: 'nothing-answered' });
    expect(await database.query('SELECT FROM t')).toEqual([]);
  });

  test('ends with its budget after a slice', async ({ database }) => {
    const rows = await sweepPool(
      parseTarget(database.url, {}),
      [HARMLESS_PROBE],
      { ...SHORT, budgetMs: 0 },
      clock,
      never,
    );
    expect(rows).toMatchObject([{ size: 1, perSecond: [expect.any(Number)] }]);
  });

  test('ends with the signal, and leaves no session', async ({ database }) => {
    const stopped = new AbortController();
    const plan = { ...SHORT, sliceMs: 60_000 };
    const sweeping = sweepPool(parseTarget(database.url, {}), [HARMLESS_PROBE], plan, clock, stopped.signal);
    const there = () =>
      database.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'pitstop sweep' AND query LIKE '%pg_attribute%'`,
      );
    await expect.poll(async () => (await there()).length).toBeGreaterThan(0);
    stopped.abort(new Error('enough'));
    await expect(sweeping).rejects.toThrow('enough');
  });

  test('needs connections', async ({ database }) => {
    const role = await createRole(database, { attributes: 'CONNECTION LIMIT 1' });
    const sweeping = sweepPool(
      parseTarget(role.url, {}),
      [HARMLESS_PROBE],
      { ...SHORT, sizes: [3] },
      clock,
      never,
    );
    await expect(sweeping).rejects.toMatchObject({ code: '53300' });
  });
});
