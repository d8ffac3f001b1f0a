import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Answer, type Bench } from './bench.ts';
import type { Asked, RuleCases } from './rule-cases.ts';

/** Holds rules to their cases, in one database for each sort of data. */
export function holdToCases(all: readonly RuleCases[]): void {
  for (const data of new Set(all.map((one) => one.data))) {
    describe(`on ${data.name}`, () => {
      let bench: Bench;
      beforeAll(async () => {
        bench = await openBench(data);
      });
      afterAll(() => bench.close());
      for (const cases of all.filter((one) => one.data === data))
        describe(`the rule ${cases.rule.name}`, () => {
          holdTo(cases, () => bench);
        });
    });
  }
}

const INNOCENT = 'the rows as they are';

/** What a statement and others answered on the same data. */
interface Compared {
  readonly state: string;
  readonly where: string;
  readonly original: Answer;
  readonly others: readonly { readonly sql: string; readonly answer: Answer }[];
}

function holdTo({ rule, data, applies, refuses, reveals }: RuleCases, bench: () => Bench): void {
  /** On all data, in all zones, with all parameters. A rule may make other texts in another zone. */
  async function compare(
    sql: string,
    othersIn: (zone: string) => readonly string[],
    { params = [[]], ordered = false }: Asked = {},
  ): Promise<Compared[]> {
    const found: Compared[] = [];
    for (const [state, script] of Object.entries({ [INNOCENT]: '', ...data.states }))
      await bench().inState(script, async (ask) => {
        for (const zone of data.zones)
          for (const values of params) {
            const answerOf = async (text: string) => comparable(await ask(text, zone, values), ordered);
            const original = await answerOf(sql);
            const others: { sql: string; answer: Answer }[] = [];
            for (const other of othersIn(zone)) others.push({ sql: other, answer: await answerOf(other) });
            found.push({ state, where: `${state}, ${zone}, ${JSON.stringify(values)}`, original, others });
          }
      });
    return found;
  }

  const sameIn = (sql: string) => (zone: string) =>
    bench()
      .offers(rule, sql, zone)
      .flatMap((offer) => (offer.meaning === 'same' ? [offer.sql] : []));

  test.each(applies.map(([sql, as, asked]) => ({ sql, as, asked })))(
    'rewrites $sql',
    async ({ sql, as, asked }) => {
      const texts = bench()
        .offers(rule, sql)
        .map((offer) => onOneLine(offer.sql));
      expect(
        texts.filter((text) => fits(text, as)),
        texts.join('; '),
      ).not.toEqual([]);
      for (const { where, original, others } of await compare(sql, sameIn(sql), asked)) {
        expect(original, where).toHaveProperty('rows');
        for (const other of others) expect(other.answer, `${where}: ${other.sql}`).toEqual(original);
      }
    },
  );

  test.each(refuses)('leaves alone: %s', async (_why, sql) => {
    // The server has to accept it, or the case shows nothing.
    await bench().plan(sql);
    for (const zone of data.zones) expect(bench().offers(rule, sql, zone)).toEqual([]);
  });

  test.each(reveals.map(([why, sql, naive, asked]) => ({ why, sql, naive, asked })))(
    'only other data would show it: $why',
    async ({ sql, naive, asked }) => {
      const differing = new Set<string>();
      const texts = (zone: string) => [naive, ...sameIn(sql)(zone)];
      for (const { state, where, original, others } of await compare(sql, texts, asked)) {
        const [wrong, ...offers] = others;
        if (JSON.stringify(wrong?.answer) !== JSON.stringify(original)) differing.add(state);
        for (const offer of offers) expect(offer.answer, `${where}: ${offer.sql}`).toEqual(original);
      }
      expect([...differing]).not.toEqual([]);
      expect([...differing]).not.toContain(INNOCENT);
    },
  );
}

/** A part of the text, or a pattern that it fits. */
function fits(text: string, as: string | RegExp): boolean {
  return typeof as === 'string' ? text.includes(as) : as.test(text);
}

const onOneLine = (sql: string): string =>
  sql.replaceAll(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')');

function comparable(answer: Answer, ordered: boolean): Answer {
  return 'rows' in answer && !ordered ? { ...answer, rows: answer.rows.toSorted() } : answer;
}
