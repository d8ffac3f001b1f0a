import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { dateToRange } from '../../src/rewrite/rules/date-to-range.ts';
import { REGULAR_ZONES } from '../../src/rewrite/zones.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { describeEquivalence } from '../support/equivalence.ts';

/** Every quarter of an hour around midnights and changes of clocks, with the microseconds beside; NULL, infinity, BC. */
const SCHEMA = `
  CREATE TABLE e (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, ts timestamp, d date);
  INSERT INTO e (at, ts, d)
  SELECT t, t AT TIME ZONE 'UTC', (t AT TIME ZONE 'UTC')::date
    FROM unnest(ARRAY['2024-03-31', '2024-10-27', '2024-11-03', '2024-12-31', '2025-01-01', '2024-02-29', '2024-03-01', '2024-01-01', '2010-11-07', '1916-10-01', '2018-02-18', '2018-11-04']) day,
         generate_series(day::timestamptz - interval '1 day', day::timestamptz + interval '2 days', interval '15 minutes') s,
         unnest(ARRAY[s, s - interval '1 microsecond', s + interval '30 seconds']) t;
  INSERT INTO e (at, ts, d) VALUES (NULL, NULL, NULL), ('infinity', 'infinity', 'infinity'), ('-infinity', '-infinity', '-infinity'),
    ('2024-03-31 10:00 BC', '2024-03-31 10:00 BC', '2024-03-31 BC');`;

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'UTC',
  'America/Havana',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Kolkata',
];
const SELECT = 'SELECT id FROM e WHERE';
const DATES = [
  ['2024-03-31'],
  ['2024-11-03'],
  ['1916-10-01'],
  ['2010-11-06'],
  ['2010-11-07'],
  ['infinity'],
  ['-infinity'],
  [null],
];

describeEquivalence(dateToRange, SCHEMA, {
  zones: ZONES,
  applies: [
    [`${SELECT} date(at) = '2024-03-31'`, `${SELECT} at >= '2024-03-31'::date AND at < '2024-04-01'::date`],
    [`${SELECT} at::date = '2024-10-27'`, `${SELECT} at >= '2024-10-27'::date AND at < '2024-10-28'::date`],
    [
      `${SELECT} at::date = date '2024-11-03'`,
      `${SELECT} at >= '2024-11-03'::date AND at < '2024-11-04'::date`,
    ],
    [`${SELECT} at::date = '2018-11-04'`, `${SELECT} at >= '2018-11-04'::date AND at < '2018-11-05'::date`],
    [`${SELECT} at::date = '2010-11-07'`, `${SELECT} at >= '2010-11-07'::date AND at < '2010-11-08'::date`],
    [`${SELECT} at::date < '2024-11-03'`, `${SELECT} at < '2024-11-03'::date`],
    [`${SELECT} at::date <= '2010-11-06'`, `${SELECT} at < '2010-11-07'::date`],
    [`${SELECT} '2010-11-06' < at::date`, `${SELECT} at >= '2010-11-07'::date`],
    [`${SELECT} at::date >= '2010-11-07'`, `${SELECT} at >= '2010-11-07'::date`],
    // Berlin put its clock back to midnight on that day.
    [
      `${SELECT} at::date = '1916-10-01'`,
      `${SELECT} at::date = '1916-10-01' AND at >= '1916-09-30'::date AND at < '1916-10-03'::date`,
    ],
    [
      `${SELECT} at::date BETWEEN '2024-10-27' AND '2024-11-03'`,
      `${SELECT} at >= '2024-10-27'::date AND at < '2024-11-04'::date`,
    ],
    [
      `${SELECT} date(at) IN ('2024-03-31', '2024-11-04', '2024-11-03')`,
      `${SELECT} (at >= '2024-03-31'::date AND at < '2024-04-01'::date) OR (at >= '2024-11-03'::date AND at < '2024-11-05'::date)`,
    ],
    [
      `${SELECT} NOT (date(at) = '2024-03-31')`,
      `${SELECT} NOT (at >= '2024-03-31'::date AND at < '2024-04-01'::date)`,
    ],
    [
      `${SELECT} date(at) = $1`,
      `${SELECT} date(at) = $1 AND at >= ($1::date - 1) AND at <= ($1::date + 2)`,
      DATES,
    ],
    [`${SELECT} date(ts) = $1`, `${SELECT} date(ts) = $1 AND ts >= $1::date AND ts <= ($1::date + 1)`, DATES],
    [`${SELECT} ts::date >= $1::date`, `${SELECT} ts >= $1::date`, DATES],
    [`${SELECT} ts::date < $1`, `${SELECT} ts < $1::date`, DATES],
    [`${SELECT} ts::date > $1`, `${SELECT} ts::date > $1 AND ts >= $1::date`, DATES],
    [`${SELECT} ts::date <= $1`, `${SELECT} ts::date <= $1 AND ts <= ($1::date + 1)`, DATES],
    [`${SELECT} at::date < $1`, `${SELECT} at::date < $1 AND at <= ($1::date + 1)`, DATES],
    [`${SELECT} at::date > $1`, `${SELECT} at::date > $1 AND at >= ($1::date - 1)`, DATES],
    [
      `${SELECT} ts::date BETWEEN $1 AND $2`,
      `${SELECT} ts::date BETWEEN $1 AND $2 AND ts >= $1::date AND ts <= ($2::date + 1)`,
      [
        ['2024-03-30', '2024-03-31'],
        ['2024-03-31', 'infinity'],
        ['2024-03-31', '2024-01-01'],
        [null, '2024-03-31'],
      ],
    ],
    [
      `${SELECT} date_trunc('month', at) = '2024-03-01'`,
      `${SELECT} at >= '2024-03-01'::date AND at < '2024-04-01'::date`,
    ],
    [`${SELECT} date_trunc('month', ts) >= '2024-12-01'::timestamp`, `${SELECT} ts >= '2024-12-01'::date`],
    [
      `${SELECT} date_trunc('week', at) = '2024-10-28'`,
      `${SELECT} at >= '2024-10-28'::date AND at < '2024-11-04'::date`,
    ],
    [
      `${SELECT} date_trunc('quarter', ts) = '2024-10-01'`,
      `${SELECT} ts >= '2024-10-01'::date AND ts < '2025-01-01'::date`,
    ],
    [
      `${SELECT} date_trunc('hour', ts) = '2024-03-31 02:00'`,
      `${SELECT} ts >= '2024-03-31 02:00:00' AND ts < '2024-03-31 03:00:00'`,
    ],
    [`${SELECT} date_trunc('minute', ts) <= '2024-03-31 23:59'`, `${SELECT} ts < '2024-04-01'::date`],
    [
      `${SELECT} extract(year FROM at) = 2024`,
      `${SELECT} at >= '2024-01-01'::date AND at < '2025-01-01'::date`,
    ],
    [`${SELECT} extract(YEAR FROM d) > 2018`, `${SELECT} d >= '2019-01-01'::date`],
    [
      `${SELECT} date_part('year', ts) BETWEEN 2010 AND 2018`,
      `${SELECT} ts >= '2010-01-01'::date AND ts < '2019-01-01'::date`,
    ],
    [
      `${SELECT} to_char(ts, 'YYYY-MM') = '2024-03'`,
      `${SELECT} (ts >= '2024-03-01'::date AND ts < '2024-04-01'::date) OR (ts < '0001-01-01'::date AND to_char(ts, 'YYYY-MM') = '2024-03')`,
    ],
    [
      `${SELECT} at::timestamp BETWEEN '2024-10-27 02:30' AND '2024-11-03 01:30'`,
      `${SELECT} at::timestamp BETWEEN '2024-10-27 02:30' AND '2024-11-03 01:30' AND at >= '2024-10-26'::date AND at < '2024-11-05'::date`,
    ],
  ],
  refuses: [
    ['an operator that is no range', `${SELECT} date(at) <> '2024-03-31'`],
    ['no midnight of a month', `${SELECT} date_trunc('month', ts) = '2024-03-02'`],
    ['the hour that comes twice', `${SELECT} date_trunc('hour', at) = '2024-10-27 02:00'`],
    ['months of every year', `${SELECT} extract(month FROM at) = 3`],
    ['a fraction of a year', `${SELECT} extract(year FROM at) = 2024.5`],
    ['infinity', `${SELECT} date(ts) = 'infinity'`],
    ['a date that DateStyle decides', `${SELECT} date(ts) = '03/04/2024'`],
    [
      'NULL under NOT is not false: to_char of infinity',
      `${SELECT} NOT (to_char(ts, 'YYYY-MM') = '2024-03')`,
    ],
    ['a date of another zone', `${SELECT} date(at AT TIME ZONE 'Asia/Tokyo') = '2024-03-31'`],
    ['a column that is a date already', `${SELECT} d::date = '2024-03-31'`],
    ['two columns', `${SELECT} date(at) = d`],
    ['a date in a time of day', `${SELECT} date(ts) = '2024-03-31 10:00'::timestamp`],
  ],
  reveals: [
    [
      'a bound of UTC',
      `${SELECT} date(at) = '2024-03-31'`,
      `${SELECT} at >= '2024-03-31 00:00+00' AND at < '2024-04-01 00:00+00'`,
    ],
    [
      '24 hours on the day of the change',
      `${SELECT} date(at) = '2024-03-31'`,
      `${SELECT} at >= '2024-03-31'::date::timestamptz AND at < '2024-03-31'::date::timestamptz + interval '24 hours'`,
    ],
    [
      'a closed end',
      `${SELECT} date(ts) = '2024-03-31'`,
      `${SELECT} ts BETWEEN '2024-03-31' AND '2024-03-31 23:59:59'`,
    ],
    [
      'the next midnight',
      `${SELECT} date(ts) = '2024-03-31'`,
      `${SELECT} ts BETWEEN '2024-03-31' AND '2024-04-01'`,
    ],
    [
      'a midnight that comes twice',
      `${SELECT} at::date = '1916-10-01'`,
      `${SELECT} at >= '1916-10-01'::date AND at < '1916-10-02'::date`,
    ],
    [
      'a date that goes on after midnight',
      `${SELECT} at::date = '2010-11-06'`,
      `${SELECT} at >= '2010-11-06'::date AND at < '2010-11-07'::date`,
      [[]],
    ],
    [
      'infinity in a parameter',
      `${SELECT} date(ts) = $1`,
      `${SELECT} ts >= $1::date AND ts < $1::date + 1`,
      DATES,
    ],
    [
      'an hour that comes twice',
      `${SELECT} at::timestamp BETWEEN '2024-10-27 02:30' AND '2024-11-03 01:30'`,
      `${SELECT} at >= '2024-10-27 02:30' AND at <= '2024-11-03 01:30'`,
    ],
    [
      'years before our era',
      `${SELECT} to_char(ts, 'YYYY-MM') = '2024-03'`,
      `${SELECT} ts >= '2024-03-01'::date AND ts < '2024-04-01'::date`,
    ],
  ],
});

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
