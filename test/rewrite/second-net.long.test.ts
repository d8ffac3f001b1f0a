import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openComparison, type Comparison } from '../support/comparison.ts';
import { openBench, type Bench } from './bench.ts';
import { RULE_CASES } from './cases/index.ts';

/** What the comparison does not find, with what it would take. */
const MISSED: ReadonlyMap<string, string> = new Map([
  [
    'other digits behind the point',
    'equal numbers of two looks: which of them a query shows is nobody’s promise',
  ],
  ['a cut text', 'an integer whose text begins with the constant'],
  ['a key that is NULL', 'the other page begins at another offset: neither is made smaller'],
  [
    'a condition meets a row that the fence kept from it',
    'a zero among rows without a partner, and nowhere else',
  ],
  ['a collation that takes several groups for equal', 'one word in two cases, in both tables at once'],
  ['a table that inherits', 'rows of the table below'],
  ['integers that one float equals', 'neighbours beyond 2^53 in both tables at once'],
  ['a date that goes on after midnight', 'nothing: in this time zone it is right'],
  ['years before our era', 'a month of before our era'],
]);

// A rule may be wrong, and so may a candidate of somebody else: then made-up data has to tell.
describe.each([...new Set(RULE_CASES.map(({ data }) => data))])(
  'a wrong rewrite is found out, on $name',
  (data) => {
    const wrong = RULE_CASES.filter((cases) => cases.data === data).flatMap(({ rule, reveals }) =>
      reveals.map(([why, sql, naive, asked]) => ({ rule: rule.name, why, sql, naive, asked })),
    );
    let bench: Bench;
    let comparison: Comparison;
    beforeAll(async () => {
      bench = await openBench(data);
      const { name, url } = bench.database;
      await bench.database.query(`ALTER DATABASE ${name} SET timezone = '${data.zones[0]}'`);
      comparison = await openComparison(
        url,
        wrong.flatMap(({ sql, naive }) => [sql, naive]),
      );
    });
    afterAll(async () => {
      await comparison.close();
      await bench.close();
    });

    test.each(wrong)('$rule: $why', async ({ why, sql, naive, asked }) => {
      const { verdict } = await comparison.check(sql, naive, asked?.params);
      expect(verdict === 'same').toBe(MISSED.has(why));
    });
  },
);
