import { textOfColumn as rule } from '../../../src/rewrite/rules/text-of-column.ts';
import { NUMBERS } from '../data/numbers.ts';
import type { RuleCases } from '../rule-cases.ts';

const SELECT = 'SELECT id FROM t WHERE';

export const textOfColumn: RuleCases = {
  rule,
  data: NUMBERS,
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
};
