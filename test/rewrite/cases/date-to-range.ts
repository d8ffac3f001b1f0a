import { dateToRange as rule } from '../../../src/rewrite/rules/date-to-range.ts';
import { DATES } from '../data/dates.ts';
import type { RuleCases } from '../rule-cases.ts';

const SELECT = 'SELECT id FROM e WHERE';

const DAYS = [
  ['2024-03-31'],
  ['2024-11-03'],
  ['1916-10-01'],
  ['2010-11-06'],
  ['2010-11-07'],
  ['infinity'],
  ['-infinity'],
  [null],
];

export const dateToRange: RuleCases = {
  rule,
  data: DATES,
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
      { params: DAYS },
    ],
    [
      `${SELECT} date(ts) = $1`,
      `${SELECT} date(ts) = $1 AND ts >= $1::date AND ts <= ($1::date + 1)`,
      { params: DAYS },
    ],
    [`${SELECT} ts::date >= $1::date`, `${SELECT} ts >= $1::date`, { params: DAYS }],
    [`${SELECT} ts::date < $1`, `${SELECT} ts < $1::date`, { params: DAYS }],
    [`${SELECT} ts::date > $1`, `${SELECT} ts::date > $1 AND ts >= $1::date`, { params: DAYS }],
    [`${SELECT} ts::date <= $1`, `${SELECT} ts::date <= $1 AND ts <= ($1::date + 1)`, { params: DAYS }],
    [`${SELECT} at::date < $1`, `${SELECT} at::date < $1 AND at <= ($1::date + 1)`, { params: DAYS }],
    [`${SELECT} at::date > $1`, `${SELECT} at::date > $1 AND at >= ($1::date - 1)`, { params: DAYS }],
    [
      `${SELECT} ts::date BETWEEN $1 AND $2`,
      `${SELECT} ts::date BETWEEN $1 AND $2 AND ts >= $1::date AND ts <= ($2::date + 1)`,
      {
        params: [
          ['2024-03-30', '2024-03-31'],
          ['2024-03-31', 'infinity'],
          ['2024-03-31', '2024-01-01'],
          [null, '2024-03-31'],
        ],
      },
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
    ],
    [
      'infinity in a parameter',
      `${SELECT} date(ts) = $1`,
      `${SELECT} ts >= $1::date AND ts < $1::date + 1`,
      { params: DAYS },
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
};
