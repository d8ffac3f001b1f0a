import { describe, expect, test } from 'vitest';
import { seededRandom } from '../statistics.ts';
import { BANK, bankWorkload } from './bank.ts';
import { counterChanges, type Round, type RoundPair } from './changes.ts';
import { countedBetween, sumOfCounters, type CounterName, type ServerCounters } from './counters.ts';
import { isWarm, MOST_WARM_UPS, roundLength, transactionsOf } from './rounds.ts';
import { compareTimes } from './times.ts';
import { verdictOf } from './verdict.ts';
import { statementWorkload } from './workload.ts';

const NOTHING: ServerCounters = {
  blocksHit: 0,
  blocksRead: 0,
  evictions: 0,
  tempFiles: 0,
  tempBytes: 0,
  walBytes: 0,
  walRecords: 0,
  walImages: 0,
  walBuffersFull: 0,
  checkpointsRequested: 0,
  checkpointsTimed: 0,
  parallelWorkersPlanned: 0,
  parallelWorkersLaunched: 0,
};

/** A round of 100 transactions. */
function round(counted: Partial<ServerCounters>, elapsedMs = 100): Round {
  return { transactions: 100, elapsedMs, counted: { ...NOTHING, ...counted } };
}

function pairs(before: readonly Round[], after: readonly Round[]): RoundPair[] {
  return before.map((one, at) => ({ before: one, after: after[at]! }));
}

function changeOf(counter: CounterName, measured: readonly RoundPair[], alike: readonly RoundPair[] = []) {
  return counterChanges(measured, alike).find((change) => change.counter === counter);
}

describe('what a counter did', () => {
  const rounds = (...values: number[]) => values.map((walBytes) => round({ walBytes }));

  test('is told for each transaction, with its ratio', () => {
    const measured = pairs(rounds(900_000, 930_000, 910_000), rounds(170_000, 180_000, 171_000));
    expect(changeOf('walBytes', measured)).toEqual({
      counter: 'walBytes',
      label: 'bytes of log',
      unit: 'bytes',
      before: 9_100,
      after: 1_710,
      ratio: 1_710 / 9_100,
      verdict: 'fell',
      better: true,
    });
  });

  test('is nothing where one pair says otherwise', () => {
    const measured = pairs(rounds(900_000, 930_000, 910_000), rounds(170_000, 180_000, 911_000));
    expect(changeOf('walBytes', measured)?.verdict).toBe('same');
  });

  test('is nothing below a twentieth', () => {
    expect(changeOf('walBytes', pairs(rounds(900_000), rounds(860_000)))?.verdict).toBe('same');
    expect(changeOf('walBytes', pairs(rounds(900_000), rounds(850_000)))?.verdict).toBe('fell');
  });

  test('is nothing that equal servers do as well', () => {
    const measured = pairs(rounds(900_000, 900_000), rounds(700_000, 700_000));
    expect(changeOf('walBytes', measured, pairs(rounds(900_000), rounds(690_000)))?.verdict).toBe('same');
    expect(changeOf('walBytes', measured, pairs(rounds(900_000), rounds(880_000)))?.verdict).toBe('fell');
  });

  test('is nothing that is too little to mean anything, whatever the ratio', () => {
    const few = pairs([round({ blocksRead: 16 })], [round({ blocksRead: 1 })]);
    expect(changeOf('blocksRead', few)).toMatchObject({ verdict: 'same', better: null });
  });

  test('has no ratio where nothing was counted before', () => {
    const measured = pairs([round({})], [round({ tempBytes: 1_000_000 })]);
    expect(changeOf('tempBytes', measured)).toMatchObject({ ratio: null, verdict: 'rose', better: false });
  });

  test('is neither good nor bad where it only explains another one', () => {
    const measured = pairs([round({ blocksRead: 9_000 })], [round({ blocksHit: 9_000 })]);
    const told = (counter: CounterName) => changeOf(counter, measured);
    expect(told('blocksHit')).toMatchObject({ verdict: 'rose', better: null });
    expect(told('blocksRead')).toMatchObject({ verdict: 'fell', better: true });
    // The same blocks, wherever they were found.
    expect(told('blocksTouched')).toMatchObject({ verdict: 'same' });
  });

  test('without a pair is nothing', () => {
    expect(counterChanges([], []).every(({ verdict }) => verdict === 'same')).toBe(true);
  });
});

describe('counting', () => {
  test('between two looks', () => {
    const [earlier, later] = [round({ walBytes: 5 }).counted, round({ walBytes: 12, tempFiles: 1 }).counted];
    expect(countedBetween(earlier, later)).toEqual({ ...NOTHING, walBytes: 7, tempFiles: 1 });
  });

  test('is not known where the server began anew in between', () => {
    expect(countedBetween(round({ walBytes: 12 }).counted, round({ walBytes: 5 }).counted)).toBeNull();
  });

  test('in several spans', () => {
    expect(sumOfCounters([])).toBeNull();
    expect(sumOfCounters([round({ walBytes: 5 }).counted, round({ walBytes: 6 }).counted])).toEqual({
      ...NOTHING,
      walBytes: 11,
    });
  });
});

describe('times', () => {
  const timed = (before: readonly number[], after: readonly number[]) =>
    pairs(
      before.map((ms) => round({}, ms)),
      after.map((ms) => round({}, ms)),
    );
  const equal = timed([100, 101, 99, 100, 102], [101, 100, 100, 99, 101]);
  const verdict = (measured: readonly RoundPair[], alike = equal) =>
    compareTimes(measured, alike, seededRandom(1)).verdict;

  test('say what is faster and what is slower', () => {
    expect(verdict(timed([100, 101, 99, 100, 98], [80, 81, 79, 82, 80]))).toBe('faster');
    expect(verdict(timed([100, 101, 99, 100, 98], [130, 131, 129, 128, 130]))).toBe('slower');
  });

  test('say nothing where equal servers differ', () => {
    const uneven = timed([112, 113, 112, 111, 114], [100, 101, 100, 100, 101]);
    const told = compareTimes(
      timed([100, 100, 100, 100, 100], [50, 50, 50, 50, 50]),
      uneven,
      seededRandom(1),
    );
    expect(told.verdict).toBe('inconclusive');
    expect(told.message).toContain('same configuration');
  });

  test('say nothing by a few pairs', () => {
    expect(verdict(timed([100, 100, 100, 100], [50, 50, 50, 50]))).toBe('inconclusive');
    expect(verdict(timed([100, 101, 99, 100, 98], [50, 50, 50, 50, 50]), equal.slice(1))).toBe(
      'inconclusive',
    );
  });

  test('say no difference where it is within that of equals, or too small', () => {
    const wide = timed([100, 130, 80, 100, 102], [101, 100, 100, 120, 80]);
    expect(verdict(timed([100, 101, 99, 100, 98], [88, 89, 87, 88, 86]), wide)).toBe('no-difference');
    expect(verdict(timed([100, 101, 99, 100, 98], [97, 98, 96, 97, 95]))).toBe('no-difference');
  });
});

describe('the whole', () => {
  const told = (before: Partial<ServerCounters>, after: Partial<ServerCounters>) =>
    verdictOf(counterChanges(pairs([round(before)], [round(after)]), []));

  test.for([
    ['better', { tempBytes: 1e6 }, {}],
    ['worse', {}, { tempBytes: 1e6 }],
    ['mixed', { tempBytes: 1e6 }, { walBytes: 1e6 }],
    ['no-effect', { walBytes: 1e6 }, { walBytes: 1e6 }],
  ] as const)('%s', ([verdict, before, after]) => {
    expect(told(before, after)).toBe(verdict);
  });
});

describe('a round', () => {
  const workload = bankWorkload(BANK);
  const plan = { budgetMs: 60_000, fewestPairs: 5, mostPairs: 12 };

  test('is as long as the workload says where the budget holds that', () => {
    expect(roundLength(workload, round({}, 50), plan)).toBe(workload.roundLength);
  });

  test('is shorter where it does not, and never shorter than one of each sort', () => {
    const length = roundLength(workload, round({}, 600), plan);
    expect(length).toBeLessThan(workload.roundLength);
    expect(length % workload.shortestRound).toBe(0);
    expect(roundLength(workload, round({}, 60_000), plan)).toBe(workload.shortestRound);
  });

  test('has the same transactions for the same number, others for another and for each client', () => {
    const [first, again, next] = [3, 3, 4].map((number) => transactionsOf(workload, number, 200));
    expect(first).toEqual(again);
    expect(first).not.toEqual(next);
    expect(first).toHaveLength(workload.clients);
    expect(first?.[0]).not.toEqual(first?.[1]);
    expect(first?.map(({ length }) => length)).toEqual([100, 100]);
  });

  test('warms up until hardly less is read, and not for ever', () => {
    const reading = (...reads: number[]) => isWarm(reads.map((blocksRead) => round({ blocksRead })));
    expect(reading()).toBe(false);
    expect(reading(900)).toBe(false);
    expect(reading(900, 100)).toBe(false);
    expect(reading(900, 850)).toBe(true);
    expect(reading(0)).toBe(true);
    expect(reading(...Array.from({ length: MOST_WARM_UPS }, (_, at) => 1_000 / 4 ** at))).toBe(true);
  });
});

describe('a workload', () => {
  test('of a bank has all its sorts, by their weights', () => {
    const [transactions = []] = transactionsOf({ ...bankWorkload(BANK), clients: 1 }, 1, 2_000);
    const count = (kind: string) => transactions.filter((one) => one.kind === kind).length;
    expect(count('account')).toBeGreaterThan(800);
    expect(count('transfer')).toBeGreaterThan(700);
    expect(count('branches')).toBeGreaterThan(20);
    expect(count('median')).toBeGreaterThan(5);
  });

  test('of statements has each with each of its values, in turn', () => {
    const workload = statementWorkload('two statements', [
      { sql: 'SELECT $1', parameterSets: [[1], [2]] },
      { sql: 'SELECT now()', parameterSets: [[]] },
    ]);
    expect(workload.shortestRound).toBe(3);
    const [transactions = []] = transactionsOf(workload, 7, 6);
    const values = transactions.flatMap(({ statements }) => statements.map((one) => one.values));
    expect(values).toEqual([[1], [2], [], [1], [2], []]);
    expect(workload.writes).toBe(false);
    const [left = []] = transactionsOf(workload.without(new Set(['statement 1']))!, 0, 2);
    expect(left.map(({ kind }) => kind)).toEqual(['statement 2', 'statement 2']);
    expect(workload.without(new Set(['statement 1', 'statement 2']))).toBeNull();
    expect(workload.statements.map(({ sql }) => sql)).toEqual(['SELECT $1', 'SELECT now()']);
  });
});
