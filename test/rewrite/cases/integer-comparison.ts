import { integerComparison as rule } from '../../../src/rewrite/rules/integer-comparison.ts';
import { NUMBERS } from '../data/numbers.ts';
import type { RuleCases } from '../rule-cases.ts';

const SELECT = 'SELECT id FROM t WHERE';

export const integerComparison: RuleCases = {
  rule,
  data: NUMBERS,
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
      {
        params: [
          ['6'],
          ['6.0'],
          ['6.5'],
          ['9223372036854775807'],
          ['1e30'],
          ['-1e30'],
          ['NaN'],
          ['Infinity'],
          [null],
        ],
      },
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
      { params: [['6.0'], ['5.5']] },
    ],
  ],
};
