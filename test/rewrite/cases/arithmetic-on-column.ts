import { arithmetic as rule } from '../../../src/rewrite/rules/arithmetic.ts';
import { NUMBERS } from '../data/numbers.ts';
import type { RuleCases } from '../rule-cases.ts';

const SELECT = 'SELECT id FROM t WHERE';

export const arithmeticOnColumn: RuleCases = {
  rule,
  data: NUMBERS,
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
    ['a bound that is rounded', `${SELECT} i * 3 >= 10`, `${SELECT} i >= 3`],
    ['NULL under NOT', `${SELECT} NOT (i * 3 = 10)`, `${SELECT} NOT false`],
  ],
};
