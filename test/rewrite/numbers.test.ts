import { arithmetic } from '../../src/rewrite/rules/arithmetic.ts';
import { integerComparison } from '../../src/rewrite/rules/integer-comparison.ts';
import { textOfColumn } from '../../src/rewrite/rules/text-of-column.ts';
import { describeEquivalence } from '../support/equivalence.ts';

const SCHEMA = `
  CREATE TABLE t (id int PRIMARY KEY, s smallint, i int, b bigint, n numeric, f float8, u uuid, x text);
  INSERT INTO t SELECT g, nullif(g % 7, 3), nullif(g - 20, 0), nullif(g * 3, 9), g / 4.0, g / 4.0, lpad(g::text, 32, '0')::uuid, g::text FROM generate_series(1, 60) g;
  INSERT INTO t (id, b) VALUES (100, 9007199254740992), (101, 9007199254740993), (102, 9223372036854775807), (103, -9223372036854775808);
  INSERT INTO t (id, i) VALUES (200, -1), (201, -77), (202, 77), (203, 78), (204, 0);`;

const SELECT = 'SELECT id FROM t WHERE';

describeEquivalence(integerComparison, SCHEMA, {
  applies: [
    [`${SELECT} i = 7.0`, `${SELECT} i = 7`],
    [`${SELECT} 7.00 < i`, `${SELECT} i > 7`],
    [`${SELECT} i > 7.5`, `${SELECT} i > 7`],
    [`${SELECT} i >= 7.5`, `${SELECT} i > 7`],
    [`${SELECT} i < -7.5`, `${SELECT} i <= -8`],
    [`${SELECT} i <= -7.0`, `${SELECT} i <= -7`],
    [`${SELECT} i <> 7.0 AND s = 2`, `${SELECT} i <> 7 AND s = 2`],
    [`${SELECT} i = 7.5`, `${SELECT} false`],
    [`${SELECT} NOT (i = 7.0)`, `${SELECT} NOT (i = 7)`],
    [`${SELECT} NOT (id = 7.5)`, `${SELECT} NOT (false)`],
    [`${SELECT} s = 2::numeric`, `${SELECT} s = 2`],
    [`${SELECT} b = 9::float8`, `${SELECT} b = 9`],
    [`${SELECT} i BETWEEN 2.5 AND 7.5`, `${SELECT} i BETWEEN 3 AND 7`],
    [`${SELECT} i BETWEEN 2 AND 7.0`, `${SELECT} i BETWEEN 2 AND 7`],
    [`${SELECT} i IN (2.0, 3.5, 4)`, `${SELECT} i IN (2, 4)`],
    [
      `${SELECT} b = $1::numeric`,
      `${SELECT} b = CASE WHEN $1::numeric = trunc($1::numeric) AND $1::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST($1::numeric AS int8) END`,
      [['6'], ['6.0'], ['6.5'], ['9223372036854775807'], ['1e30'], ['-1e30'], ['NaN'], ['Infinity'], [null]],
    ],
  ],
  refuses: [
    ['it is an integer already', `${SELECT} i = 7`],
    ['under NOT, never is not NULL', `${SELECT} NOT (i = 7.5)`],
    ['the column is numeric', `${SELECT} n = 7.0`],
    ['a float that is not every integer', `${SELECT} b = 9007199254740992::float8`],
    ['a number that no bigint is', `${SELECT} b < 99999999999999999999.0`],
    ['another order than that of numbers', `${SELECT} x = '7.0'`],
    ['a range of a parameter', `${SELECT} b < $1::numeric`],
    ['a parameter under NOT', `${SELECT} NOT (b = $1::numeric)`],
  ],
  reveals: [
    ['NULL under NOT', `${SELECT} NOT (i = 7.5)`, `${SELECT} NOT false`],
    [
      'neighbours that one float stands for',
      `${SELECT} b = 9007199254740992::float8`,
      `${SELECT} b = 9007199254740992`,
    ],
    ['a fraction', `${SELECT} i < -7.5`, `${SELECT} i <= -7`],
    [
      'a parameter with a fraction',
      `${SELECT} b = $1::numeric`,
      `${SELECT} b = $1::numeric::bigint`,
      [['6.0'], ['5.5']],
    ],
  ],
});

describeEquivalence(textOfColumn, SCHEMA, {
  applies: [
    [`${SELECT} i::text = '7'`, `${SELECT} i = 7`],
    [`${SELECT} '-1' = i::text`, `${SELECT} i = -1`],
    [`${SELECT} CAST(b AS varchar) = '9223372036854775807'`, `${SELECT} b = 9223372036854775807`],
    [`${SELECT} i::text = '07'`, `${SELECT} false`],
    [`${SELECT} i::text = '-0'`, `${SELECT} false`],
    [`${SELECT} s::text = '70000'`, `${SELECT} false`],
    [`${SELECT} i::text IN ('7', '7 ', '8')`, `${SELECT} i IN (7, 8)`],
    [`${SELECT} NOT (i::text = '7')`, `${SELECT} NOT (i = 7)`],
    [
      `${SELECT} u::text = '00000000-0000-0000-0000-000000000012'`,
      `${SELECT} u = '00000000-0000-0000-0000-000000000012'::uuid`,
    ],
    [`${SELECT} u::text = '00000000000000000000000000000012'`, `${SELECT} false`],
  ],
  refuses: [
    ['a parameter may be any text', `${SELECT} i::text = $1`],
    ['the order of texts is not that of numbers', `${SELECT} i::text < '7'`],
    ['under NOT, never is not NULL', `${SELECT} NOT (i::text = '07')`],
    ['a number has several texts', `${SELECT} n::text = '2'`],
    ['a text that is cut', `${SELECT} i::varchar(1) = '7'`],
    ['a collation of its own', `${SELECT} i::text = '7' COLLATE "C"`],
  ],
  reveals: [
    ['a leading zero', `${SELECT} i::text = '07'`, `${SELECT} i = 7`],
    ['NULL under NOT', `${SELECT} NOT (i::text = '07')`, `${SELECT} NOT false`],
    ['other digits behind the point', `${SELECT} n::text = '2'`, `${SELECT} n = 2`],
    ['a cut text', `${SELECT} i::varchar(1) = '7'`, `${SELECT} i = 7`],
  ],
});

describeEquivalence(arithmetic, SCHEMA, {
  applies: [
    [`${SELECT} i + 1 = 78`, `${SELECT} i = 77`],
    [`${SELECT} 78 = 1 + i`, `${SELECT} i = 77`],
    [`${SELECT} i - 3 < 5`, `${SELECT} i < 8`],
    [`${SELECT} 10 - i < 5`, `${SELECT} i > 5`],
    [`${SELECT} 10 - i >= 15`, `${SELECT} i <= -5`],
    [`${SELECT} i * 2 > 10`, `${SELECT} i > 5`],
    [`${SELECT} i * 3 >= 10`, `${SELECT} i > 3`],
    [`${SELECT} i * 3 < -10`, `${SELECT} i <= -4`],
    [`${SELECT} i * -3 < 10`, `${SELECT} i > -4`],
    [`${SELECT} -2 * i = 12`, `${SELECT} i = -6`],
    [`${SELECT} i * 3 = 10`, `${SELECT} false`],
    [`${SELECT} NOT (s + 1 <> 3)`, `${SELECT} NOT (s <> 2)`],
  ],
  refuses: [
    ['division rounds', `${SELECT} i / 2 = 5`],
    ['a fraction', `${SELECT} i + 0.5 = 7.5`],
    ['not an integer column', `${SELECT} f + 1 = 3`],
    ['nothing is left of the column', `${SELECT} i * 0 = 0`],
    ['a parameter whose type is not told', `${SELECT} i + 1 = $1`],
    ['under NOT, never is not NULL', `${SELECT} NOT (i * 3 = 10)`],
    ['two columns', `${SELECT} i + s = 10`],
  ],
  reveals: [
    ['NULL times zero', `${SELECT} i * 0 = 0`, `${SELECT} true`],
    ['what division rounds to the same', `${SELECT} i / 2 = 5`, `${SELECT} i = 10`],
    ['a negative factor', `${SELECT} i * -3 < 10`, `${SELECT} i < -3`],
    ['NULL under NOT', `${SELECT} NOT (i * 3 = 10)`, `${SELECT} NOT false`],
  ],
});
