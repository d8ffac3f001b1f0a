import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REGULAR_ZONES } from '../../src/rewrite/zones.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

describe('what a range is for', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query(
      `CREATE TABLE e (at timestamptz, ts timestamp);
       INSERT INTO e SELECT t, t FROM generate_series('2024-01-01', '2024-12-31', interval '20 minutes') t;
       CREATE INDEX e_at ON e (at); CREATE INDEX e_ts ON e (ts); ANALYZE e; SET plan_cache_mode = force_generic_plan`,
    );
  });
  afterAll(() => database.drop());

  test.each([
    "at >= '2024-03-31'::date AND at < '2024-04-01'::date",
    "ts >= '2024-03-31'::date AND ts < '2024-04-01'::date",
    'date(at) = $1 AND at >= ($1::date - 1) AND at <= ($1::date + 2)',
    "(ts >= '2024-03-01'::date AND ts < '2024-03-02'::date) OR (ts < '0001-01-01'::date AND to_char(ts, 'YYYY-MM-DD') = '2024-03-01')",
  ])('an index serves %s', async (condition) => {
    const plan = await database.query(`EXPLAIN (GENERIC_PLAN) SELECT FROM e WHERE ${condition}`);
    expect(JSON.stringify(plan)).toMatch(/Index Cond/);
    expect(JSON.stringify(plan)).not.toMatch(/Seq Scan/);
  });
});

describe('the zones that have each midnight once', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('around each change of the clock, the dates are in the order of the instants and begin at their midnights', async () => {
    const wrong: string[] = [];
    for (const [zone, since] of REGULAR_ZONES) {
      const from = since > 1 && since < 1960 ? since : Math.max(since, 2005);
      await database.query(`SET TIME ZONE '${zone}'`);
      const rows = await database.query<{ day: string }>(
        `WITH changes AS (
           SELECT day::date FROM generate_series(make_date(${from}, 1, 1)::timestamp, '2040-01-01', '1 day') day
            WHERE extract(timezone FROM (day::date)::timestamptz) > extract(timezone FROM (day::date + 2)::timestamptz))
         SELECT day::text FROM changes, generate_series(0, 2) ahead, generate_series(1, 200) minutes
          WHERE ((day + ahead)::timestamptz - minutes * interval '1 minute')::date >= day + ahead
             OR ((day + ahead)::timestamptz + minutes * interval '1 minute')::date < day + ahead
          LIMIT 1`,
      );
      wrong.push(...rows.map(({ day }) => `${zone} ${day}`));
    }
    expect(wrong).toEqual([]);
  });
});
